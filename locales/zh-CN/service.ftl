refusal-presence-missing = 请扫现场的二维码，或输入签到码。
refusal-service-not-accepted = 这位志愿者没有接这个任务。请核对姓名和任务。
refusal-service-no-volunteer = 这个人还没有登记为志愿者。请本人先登记。
refusal-service-name = 请写明是什么活动，例如「小区清扫」。
refusal-service-place = 请选择服务的村或社区。
refusal-rating-solved = 请选「解决了」「部分解决」或「没解决」。
