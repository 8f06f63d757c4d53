refusal-card-valid = 已经有一张可用的卡。要换新卡，请勾选「换新卡」，旧卡随即停用。
refusal-card-household = 还没有登记这一户，不能办全家的卡。请先加入一户，或者办本人的卡。
refusal-card-ended = 这张卡已经停用了，不用再挂失。
refusal-cards-none-asked = 这个社区没有人在等办卡。
refusal-card-not-asked = 没有在等的卡：已经做好，或者已经取消。
refusal-card-unknown = 没有查到这个卡号，或者这张卡已经停用。请核对卡号；不用卡就清空这一格。
refusal-card-by-staff = 只有替人登记的工作人员才能写来电人的卡号。请去掉“caller_card”。
