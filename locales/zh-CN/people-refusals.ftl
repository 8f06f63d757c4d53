refusal-id-number-length = 身份证号码应为 18 位，现在是 { $count } 位。请对照证件补全。
refusal-id-number-digits = 身份证号码前 17 位应为数字，最后一位为数字或 X。请对照证件核对。
refusal-id-number-area = 前 6 位（{ $digits }）不是地区代码。请对照证件核对这几位。
refusal-id-number-birth = 第 7 至 14 位（{ $digits }）不是有效的出生日期。请对照证件核对这几位。
refusal-id-number-check = 最后一位与前面的数字对不上，可能有一位抄错了。请对照证件逐位核对。
refusal-id-number-other-birth = 出生日期和身份证号码里的（第 7 至 14 位）不一样。请对照证件，改正写错的一处。
refusal-id-number-other-sex = 性别和身份证号码里的（第 17 位，单数为男、双数为女）不一样。请对照证件，改正写错的一处。

refusal-credit-code-length = 统一社会信用代码应为 18 位，现在是 { $count } 位。请对照证照补全。
refusal-credit-code-letters = 统一社会信用代码里没有字母 I、O、S、V、Z，也没有符号。请看看是不是数字 1、0、5、2。
refusal-credit-code-check = 代码 { $code } 的最后一位与规则不符（按规则应为 { $expected }）。请再核对一遍；如果证照上确实如此，请选「确认无误」。

refusal-phone = 电话号码的格式不对。请填 11 位手机号，或带区号的固定电话，例如 0530-5551234。
refusal-phone-area-missing = 固定电话请加上区号，例如 0530-5551234。
refusal-phone-landline = 固定电话收不到验证码，请填手机号。没有手机也能办事：请打热线，或到社区请工作人员替您办。
refusal-phone-missing = 请填写手机号。
refusal-phone-mobile = 这不像手机号。请填 11 位手机号。
refusal-phone-mobile-digits = 这像手机号，可是有 { $digits } 位。手机号是 11 位，请对照再填一遍。
refusal-code-unsent = 这里还没有接通短信，验证码发不出去。要办事请打热线或到社区，由工作人员替您登记；工作人员请用密码登录。

refusal-availability-span = 请选择星期几，并让结束时间晚于开始时间。

refusal-credential-own = 自己的证书要由另一位工作人员核对。请转给同事。
refusal-credential-withdrawn = 这份证书已经撤销，不能再核对。如有新证，请另外登记。
refusal-credential-dates = 到期日早于发证日，请对照证书核对日期。

refusal-household-same = 这个人已经在这一户里了。
refusal-household-other = 这个人现在登记在另一户。请先从那一户移出，再加入这一户。

refusal-team-last-leader = 这支队伍只有这一位队长，结束后就没人带了。请先请社区工作人员另定一位队长，再结束。
refusal-membership-ended = 这个任职或成员关系已经结束了。
refusal-membership-unit-missing = 这个角色要写明在哪个单位：队长选队伍，部门经办人选部门。
refusal-membership-last-administrator = 这里没有别的管理员了：结束后谁也不能再任命。请先任命另一位管理员。
refusal-appoint-self = 不能给自己安排角色。请由另一位有权限的人办理。
refusal-appoint-role = { $role ->
    [resident] 登记过的人都是居民，不用安排。
    [volunteer] 队员由队长、专业社工或社区工作者安排，请找他们办。
    [team_leader] 队长由专业社工或社区工作者安排，请找他们办。
   *[other] 这个角色由管理员安排，请联系管理员。
}
refusal-appoint-organisation = 这个角色不能设在所选的组织里。请换一个组织，或补选组织。
refusal-appoint-place = 所选地点超出您的管理范围。请选本辖区内的地点。
refusal-appoint-not-volunteer = 对方还没有登记为志愿者。志愿者由本人自愿登记，请先请对方登记。
refusal-appoint-held = 对方已经有这个角色了。
refusal-appoint-asked = 已经请过对方，还没答复。对方当面或者在电话里答应了的，勾上“已经答应”再提交。
refusal-team-not-asked = 这里没有等您答复的事：可能已经答复过。
refusal-join-not-volunteer = 您已经不是登记的志愿者了。先重新登记，再答复。
refusal-appoint-far = 最后一天最远写到 { $years } 年以后。没有期限的，请留空。
refusal-appoint-over = 这一天已经过去。请填以后的日期，或者留空。
refusal-volunteer-already = 您已经是志愿者了。
refusal-volunteer-too-young = 未满 { $age } 周岁不能登记为志愿者。请核对出生日期。
refusal-cover-not-volunteer = 对方还没有登记为志愿者，请先请本人登记。
refusal-cover-missing = 请至少填一个日期。
refusal-date-unreadable = 看不懂这个日期。请写成 2026-06-08 这样。
refusal-birth-date-missing = 请填写出生日期。
refusal-birth-date-range = 出生日期应在今天以前、{ $years } 年以内，请对照证件核对。
refusal-birth-date-own = 未满 18 周岁的人的出生日期由看过证件的工作人员更改：请提出更正申请，或带证件到社区办公室。
refusal-person-sex = 性别请选“女”或“男”，也可以不选。
refusal-person-changed = 刚才有别人改过这个人的信息。您改的还在，您没有动的请按现在的核对，再提交一次。
refusal-person-registered = 这个人已经登记过。请在居民登记里按姓名或电话查找；如果不是同一个人，请填写各自的身份证号码。
refusal-phone-of-staff = 此人是工作人员，手机号是登录用的，不能在这里改。请管理员在这个人的「怎么登录」页上改。
refusal-phone-no-codes = 座机收不到验证码，请填手机号。
refusal-phone-same = 登记的就是这个号码，没有改。
refusal-phone-own = 自己的登录号码不能在这里改。请带上新手机到社区办理，或打热线。
refusal-phone-taken = 这个号码已经是别人的登录号码。请核对号码。
refusal-quiet-past = 这一天已经过去了，请选今天或者以后的日子；不需要就空着。
refusal-quiet-far = 这一天太远了，请核对年份，选 { $latest } 以前的日子。要停更久，可以先退出，以后再登记。
refusal-organisation-changed = 刚才有别人改过这个组织。您改的还在，您没有动的请按现在的核对，再提交一次。
refusal-organisation-twice = “{ $name }”已经登记过，不用再登记一次。
refusal-organisation-unknown = 没有找到“{ $name }”。请换个写法，写全称、简称或者拼音首字母都行。
refusal-organisation-several = 有好几个都像：{ $names }。请选一个，或者把名称写全。
refusal-organisation-kind-missing = 请选择类别。
refusal-appoint-role-missing = 请选择角色。
refusal-appoint-place-unknown = 没有这个区划代码。请核对，例如 371722003003。
refusal-credential-skill-missing = 请填写是什么技能或证书。
refusal-credential-called-missing = 选了“其他”，请写明叫什么。
refusal-credential-from-future = 发证日期在今天以后，请对照证书核对。
refusal-credential-from-missing = 这项有证书，请填写发证日期；没有证书的，发证单位、编号和有效期都不用填。
refusal-kin-several = 有几个人叫这个名字，请改填他的电话。没有电话的，打开他的页面，把网址的最后一段填在这里。
refusal-kin-none = 登记里没有这层亲属关系，可能已经移除。
refusal-kin-own = 涉及您自己的亲属关系，请另一位同事移除。
refusal-kin-self = 这就是本人。请填亲属的电话或姓名。
refusal-kin-nobody = 您负责的范围里没有登记过叫这个名字的人。请核对姓名；住在别处的，请填电话；还没有登记的，先登记。
refusal-kin-unknown = 这个号码还没有登记。请先登记这位亲属。
refusal-member-unknown = 这个号码还没有登记。请本人先登录并登记为志愿者。
refusal-household-none = 这个人还没有登记在哪一户。
refusal-person-own-field = 自己的身份证号和所在村（社区）要由工作人员看过证件再改，请申请更正。
refusal-home-unsettled = 请写村、社区或者网格的代码。
refusal-home-other-county = 搬到了别的县（区）的，请到那里登记，这里的可以注销。
refusal-volunteer-number-form = 编号应是 6 到 32 位数字或字母，请照国家系统里显示的填写。
refusal-volunteer-number-identity = 这是身份证号。请填国家系统给的志愿者编号，不知道可以先空着。
refusal-volunteer-number-taken = 这个编号已经登记在另一位志愿者名下。请核对，确实是您的请找社区工作者。
refusal-administrator-other-name = 这个手机号是已登记的{ $name }的。请改用这个姓名再执行一次，或者给另一个人填他自己的手机号。
