refusal-changed-meanwhile = 刚才有别人改过了。请看一下现在的内容，再决定要不要改。
refusal-credential-ends-before-it-begins = 证书的到期日期早于发证日期，请核对后再填。
refusal-idempotency-key-reused = 这个 Idempotency-Key 已经用在另一个请求上。请换一个新的再发。
refusal-idempotency-key-unusable = Idempotency-Key 要用 1 到 200 个可见的英文字符。
refusal-import-line-unreadable = 第 { $line } 行读不懂：{ $why }。请改好这一行，再整份导入。
refusal-import-heading = 第 1 行不是要的表头：缺 { $missing }。请把第 1 行写成 { $columns }，再整份导入。
refusal-import-line-fields = 第 { $line } 行有 { $found } 格，应有 { $expected } 格。请改好这一行，再整份导入。
refusal-workdays-kind = 第 { $line } 行的 kind 写着“{ $kind }”，只能是 holiday 或 workday。请改好这一行，再整份导入。
refusal-workdays-twice = { $date } 在第 { $first } 行和第 { $line } 行各写了一次。请删掉其中一行，再整份导入。
refusal-workdays-year-lacks = { $year } 年不完整：缺 { $days } 的 holiday。一年的放假安排要整份导入，否则其余日子就是猜的。请补齐这一年，或删掉这一年的行，再整份导入。
refusal-kind-unknown = 没有“{ $kind }”这种事项。请从列出的事项里选一种。
refusal-matter-place-missing = 请选一个村或社区。
refusal-membership-place-missing = 请选这项职责管到哪个地方。
refusal-not-an-id = 这里要填完整的编号，以 { $prefix }_ 开头。
refusal-not-an-instant = 请按这个样子写时间：2026-06-08T09:00:00+08:00。
refusal-occurred-in-the-future = 发生的时间不能晚于现在。
refusal-organisation-name-missing = 请填写组织名称。
refusal-person-name-missing = 请填写姓名。
refusal-photo-cover-both = 选了格子，又勾了“不用遮”。留一样再提交。
refusal-photo-cover-none = 还没有选要遮的格子。选好再提交；真没有要遮的，勾上“不用遮”。
refusal-photo-cover-outside = 有格子不在照片上。请重新打开这一页再选。
refusal-photo-heic = 这是苹果手机的 HEIC 照片，打不开。请在手机“设置 › 相机 › 格式”里选“兼容性最佳”再拍，或者截一张屏再传。
refusal-photo-not-released = 这张照片没有给别人看，不用收回。
refusal-photo-too-large = 这张照片太大。删掉它也能提交。
refusal-photo-unreadable = 这个文件不是能打开的照片。请传 JPG、PNG 或 WebP 格式的照片，不传也能提交。
refusal-place-parent-unknown = { $code } 的上级 { $parent } 不在表里，系统里也没有。请先导入上级。
refusal-reroute-other-county = 转到外县请联系县里的工作人员，这里只能转给本县的地方。
refusal-not-json = 请用 JSON 格式发送，并写明 Content-Type: application/json。
refusal-body-too-large = 内容太大，请分开发送。
refusal-not-a-photo = 请直接发送照片，并写明 Content-Type: image/jpeg、image/png 或 image/webp。
refusal-not-a-table = 请直接发送表格，并写明 Content-Type: text/csv 或 application/vnd.openxmlformats-officedocument.spreadsheetml.sheet（.xlsx）。
refusal-body-no-object = 内容应当是一个 JSON 对象，即 { "{" }…{ "}" } 的形式。请对照接口文档改好再发。
refusal-body-unreadable = 内容读不懂，到第 { $line } 行第 { $column } 个字符为止。请对照 /api/openapi.json 改好再发。
refusal-field-day-missing = 您选了“定个日子”，请填是哪一天。
refusal-field-choose = 请选择“{ $label }”。
refusal-query-unknown = 这个地址没有参数「{ $name }」。可用的有：{ $known }。
refusal-query-value = 这个参数没有「{ $value }」这个值。请用其中之一：{ $allowed }。
refusal-measure-unknown = 没有「{ $measure }」这个指标。请用其中之一：{ $known }。每个指标的口径见 /report。
refusal-token-spent = 这个令牌无效：可能抄错了、到期了或已被停用。本人可在「我的」的“登录的设备”里查看自己的令牌，需要新的请找管理员发放。
refusal-token-scope = 这个令牌能做的是：{ $has }；这里要有 { $scope }。需要时请管理员在此人的“怎么登录”页另发一个；本人可在 /me/tokens 查看自己的令牌。
refusal-query-none = 这个地址后面不带参数，请去掉「{ $name }」。
refusal-query-missing = 少了参数「{ $name }」，请补上。
refusal-query-one-of = 请带上其中一个参数：{ $takes }。
refusal-query-place = 参数「{ $name }」写的「{ $value }」不是哪个地方的编号或区划代码。请核对，例如 371722003003。
refusal-query-twice = 参数「{ $name }」写了不止一次，请只留一个。
refusal-query-unreadable = 参数「{ $name }」的值读不懂。可以写：{ $takes }。
refusal-body-unknown = 内容里没有「{ $name }」这一项。可用的有：{ $known }。
refusal-body-unwanted = 这里不用带内容，请去掉「{ $name }」。
refusal-body-missing = 少了「{ $name }」这一项，请补上。
refusal-body-twice = 「{ $name }」写了不止一次，请只留一个。
refusal-body-value = 这里没有「{ $value }」这个值。请用其中之一：{ $allowed }。
refusal-body-type = 「{ $name }」的类型不对，要的是{ $expected ->
    [text] 加引号的文字
    [number] 不加引号的整数，不能太大，也不能是负数
    [boolean] true 或 false
    [list] 列表，即 [ … ] 的形式
    [object] 对象，即 { "{" } … { "}" } 的形式
   *[other] 另一种值，请对照 /api/openapi.json
}。
refusal-triaged-already = 这件事已经由 { $by } 研判过了（{ $at }）。请看现在到了哪一步。
refusal-photos-apart = 照片要单独发送：先用 JSON 提交文字，再把每张照片的内容发到 POST /api/v1/matters/编号/photos，并写明 Content-Type: image/jpeg、image/png 或 image/webp。
refusal-text-too-long = 这里最多写 { $most } 个字，现在是 { $length } 个。请写短一些。
refusal-text-control = 这里有一个看不见的字符（{ $character }），多半是复制时带进来的，请去掉。
refusal-file-too-large = 一个文件最大 { $most } MB，这个超过了，请换小一点的。
refusal-mandate-none = 您现在没有替这个人办事的有效委托（Helin-On-Behalf-Of）。您有哪些委托，看 GET /api/v1/people/您的编号/mandates。
