# 派单：任务、邀请与接单
refusal-task-other-county = 任务的地点要在同一个县区。请重新选地点。
refusal-task-cancel-reason = 请写一句取消的原因，方便同事知道。
refusal-task-assigned-already = 这位同事已经接手这个任务了。
refusal-task-full = 名额已满，不用再安排人。
refusal-invite-unfit = 「{ $name }」现在不能邀请。请刷新名单，看看原因后再选。
refusal-invite-not-volunteer = 名单里有人不是登记的志愿者。请从推荐名单里选。
refusal-offers-body = 请给出要邀请的人 people，或用 waves=true 分批邀请，两样选一样。
refusal-task-private-not-open = 保密的事项不能公开招募。请直接邀请合适的人。
