# 纸质表：规则不允许时，对人说的话。先说怎么了，再说怎么办。

refusal-paper-caller-unknown = 没有在您负责的地方找到这位来电人。请留空，把电话写在联系电话里。
refusal-paper-count = 一批请印 1 到 { $most } 张。要得多，请分几批印。
refusal-paper-entered = 这一份已经录入过了：{ $what }。请核对编号；不是同一份的话，请看清纸上的编号。
refusal-paper-entered-private = 这一份已经录入过了，是一件保密的事。请核对编号。
refusal-paper-line = 这张表只有第 1 到第 { $most } 行。请核对行号。
refusal-paper-nothing-good = 还没有可以录入的。请先把有问题的改好。
refusal-paper-other-county = 这批表是另一个县区的。请用那个县区印的表，或按电话登记。
refusal-paper-place = 没有找到这个村或社区。请填名称或区划代码。
refusal-paper-received = 请填纸上的登记时间。
refusal-paper-row = 每一份要么是登记内容，要么是签到内容，二者填一样。
refusal-paper-rows = 一次请录 1 到 { $most } 份。
refusal-paper-serial = 这不是表上的编号。编号有 10 位，例如 4F7-K2M9-X3A。
refusal-paper-spoil-none = 请勾选要作废的表。
refusal-paper-serial-check = 编号有一位不对，或者两位写颠倒了。请对照纸上再看一遍。
refusal-paper-serial-unknown = 这一批里没有这个编号。请核对编号；别的批的表，请到那一批里录。
refusal-paper-sort = 这个编号不是这一种表。请核对编号。
refusal-paper-sort-unknown = 没有这种表。可以印登记表（registration）或签到表（sign_in）。
refusal-paper-spoil-entered = 这张表已经录入，不能作废。录错了，请到那件事里改。
refusal-paper-spoilt = 这张表已经作废。真要录入，请先核对编号。
refusal-paper-spoilt-why = 请选为什么作废。
refusal-paper-time-before-print = 纸上的时间早于这批表的印制时间。请核对日期和时间，或者核对编号。
refusal-paper-time-future = 纸上的时间晚于现在。请核对日期和时间。
refusal-paper-who-several = 这里有几位志愿者叫这个名字。请填手机号。
refusal-paper-who-unknown = 没有在您负责的地方找到这位志愿者。请核对姓名，或者填手机号；还没有登记的，请先登记。
