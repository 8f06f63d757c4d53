# The frame of every page, failure pages, and the refusals that the frame itself makes.

frame-skip = 跳到正文
frame-run-by = 由 { $who } 主办
frame-hotline = 热线
frame-genuine = 怎么辨认真假
frame-genuine-text = 本站由 { $who } 主办，办事不收费。我们不会打电话向您要验证码、密码或银行卡号。拿不准，请打热线 { $number } 问一问。
frame-tools = 阅读方式和登录
frame-normal-size = 标准版
frame-large-size = 长辈版
frame-other-language = English
frame-contrast = 高对比
frame-normal-colours = 普通颜色
frame-sign-in = 登录
frame-navigation = 主导航
frame-call-110 = 110 报警
frame-call-119 = 119 火警
frame-call-120 = 120 急救
frame-demo = 演示数据
frame-demo-text = 本站的人和事都是虚构的，仅供演示。
frame-back = 返回
frame-crumbs = 您在这里
frame-errors = { $count ->
   *[other] 还有 { $count } 处需要改
}
frame-refused = 没有办成
frame-error-title = 错误：
frame-keys = 快捷键
frame-how = 怎么用
frame-help = 有问题？打
frame-outbox = { $count } 条待上传，有网就送出。时间按现在记，不用再按。
frame-outbox-refused = 没有收下：{ $what }（{ $time } 按的）。{ $why } 请再登记一次，或打电话请工作人员替您登记，时间就报这一条上的。
frame-kept-at = 现在没有网络，这是 { $time } 存下的内容。
frame-print-hint = 用浏览器的“打印”即可打印本页。
frame-sheet-foot = { $who } · 热线 { $number } · { $date }打印

failure-home = 回首页
failure-call = 打电话 { $number }
failure-wait = 请过 { $minutes } 分钟再试。
failure-reference = 请告诉工作人员这个编号：

failure-400-title = 这个请求我们看不懂
failure-400-text = 地址或内容不完整。请回到首页重新打开，或打电话给我们，工作人员可以代您办。
failure-401-title = 请先登录
failure-401-text = 登录以后就能继续。手机收不到验证码，也可以打电话办理。
failure-403-title = 您不能做这一步
failure-403-text = 这一步由别的人员负责。如果您认为应该由您来办，请打电话给我们。
failure-stale-form-title = 这一页过期了，没有提交
failure-stale-form-text = 按浏览器的返回，写过的字多半还在，先抄下来再刷新。也可以打电话给我们，由工作人员代填。
failure-404-title = 没有找到这一页
failure-404-text = 地址可能写错了，或者这一页不对您公开。请从首页重新查找，或打电话给我们。
failure-405-title = 这一步不能这样打开
failure-405-text = 请从首页重新打开，再按页面上的按钮办理。
failure-409-title = 刚才有人先改了
failure-409-text = 您的内容没有覆盖别人的。请返回上一页，看看新的情况再改。
failure-410-title = 这一页已经撤下
failure-410-text = 公示期已过或内容已撤回。想了解情况，请打电话给我们。
failure-413-title = 内容太大了
failure-413-text = 请返回上一页，删掉几张照片或换小一点的再提交。您也可以打电话，由工作人员代填。
failure-415-title = 这种格式我们收不了
failure-415-text = 请用页面上的表单提交，或打电话给我们。
failure-422-title = 这样不行
failure-422-text = 请返回上一页改一改。不清楚怎么改，请打电话给我们。
failure-429-title = 操作太频繁了
failure-429-text = 为了大家都能正常使用，请歇一会儿再试。着急的事请直接打电话。
failure-500-title = 系统出了故障
failure-500-text = 这是我们的问题，不是您的错，我们已经记下来了。着急的事请直接打电话。
failure-503-title = 系统正在忙
failure-503-text = 暂时办不了。如果刚才在提交内容，请过一会儿返回上一页再提交一次，不会重复登记。着急的事请直接打电话。

# 给程序看的：没有页面，也没有按钮。
problem-400-title = 这个请求读不懂
problem-400-detail = 地址或内容不对。请对照 /api/openapi.json 改好再发。
problem-401-title = 没有令牌，或者令牌无效
problem-401-detail = 请在 Authorization 里写明 Bearer 和令牌。令牌由管理员发放，本人可在 /me/tokens 查看。
problem-403-title = 不能做这一步
problem-403-detail = 这个令牌的主人没有做这件事的职责。GET /api/v1/me 写着他能做什么。
problem-404-title = 没有找到
problem-404-detail = 没有这个地址或这个编号，或者令牌的主人看不到它。请核对地址。
problem-405-title = 这个地址不接受这种方法
problem-405-detail = 请看 Allow 里写着的方法，或对照 /api/openapi.json。
problem-409-title = 刚才有人先改了
problem-409-detail = 请重新读取现在的内容，再决定要不要改。
problem-410-title = 已经撤下
problem-410-detail = 公示期已过或内容已撤回，不用再读取。
problem-413-title = 内容太大
problem-413-detail = 请把内容分开发送，照片和表格各有自己的接口。
problem-415-title = 这种格式收不了
problem-415-detail = 请对照 /api/openapi.json，写明这个接口收的 Content-Type。
problem-422-title = 这样不行
problem-422-detail = 请按 code 和 field 改好再发。
problem-429-title = 请求太频繁
problem-429-detail = 请等 Retry-After 写着的秒数再发。
problem-500-title = 系统出了故障
problem-500-detail = 这不是您的错，我们已经记下来了。请把 reference 告诉管理员。
problem-503-title = 系统正在忙
problem-503-detail = 请等 Retry-After 写着的秒数，用同一个 Idempotency-Key 再发一次，不会重复登记。

refusal-bad-cursor = 翻页的位置无效，请从第一页重新看。
refusal-broken-form = 表单没有传完整，请返回上一页再提交一次。
refusal-form-too-large = 文字或照片超过了一次能提交的大小。
refusal-not-a-form = 请用页面上的表单提交。
refusal-stale-form = 这一页打开太久或登录有变化，没有提交。请返回上一页刷新后再提交一次。

# Parts of forms and lists.

frame-optional = （选填）
frame-count-max = 最多 { $count } 字
frame-draft = 这是您上次没有发出去的话，只存在这台设备上。
frame-draft-away = 清空
frame-count-left = 还可以写 { $count } 字
frame-count-over = 超出 { $count } 字
frame-change = 修改
frame-number-ends = 尾号 { $end } 的号码
frame-listen = 听
frame-listen-stop = 停
frame-pages = 翻页
frame-first-page = 回第一页
frame-past-end = 这一页没有内容，列表到前面就完了。
frame-next-page = 下一页
frame-page-number = 第 { $number } 页
frame-not-done-title = 没有办成：
frame-outbox-drop = 知道了，不再显示
frame-outbox-sent = 有网了，存在手机里的 { $count } 条已经送出。
