refusal-erase-open-matters = 您还有 { $count } 件事没办完。请等办结，或者到“我的”里撤回。
refusal-erase-handled-matters = 您手上还有 { $count } 件别人的事。请先交给同事。
refusal-erase-open-tasks = 您接的任务还有 { $count } 个没结束。请做完，或者到“任务”里退出。
refusal-erase-open-records = 您还有 { $count } 条服务记录没有定下来。请等确认或者复核完。
refusal-erase-office = 您现在有工作身份。请先让管理员结束这个身份。
refusal-erase-named-in-log = 您看过别人的信息，他们有权知道是谁看的，查看记录要存满六个月（{ $until }）。过了这一天再来。
refusal-erase-not-confirmed = 请勾选“我知道删除后不能恢复”。
