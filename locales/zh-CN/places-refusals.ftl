refusal-place-code = 「{ $code }」不是区划代码。请填 4、6、9、12 或 15 位数字。
refusal-place-path = 没有找到这个地点，请从列表里重新选择。
refusal-grid-parent = 只有村和社区划分网格，「{ $place }」不行。请到它下面的村或社区里添。
refusal-grid-full = 「{ $place }」的网格编号已经用到 999，不能再添。
refusal-place-name-missing = 请写上名字。
refusal-place-name-taken = 这里已经有「{ $name }」了，请换一个名字。
refusal-place-unknown = 没有找到「{ $name }」。请写村、社区、乡镇或县区的名字，也可以填区划代码。
refusal-place-several = 有几个同名的地方：{ $places }。请把前面的乡镇或县区也写上。
