refusal-place-code = 「{ $code }」不是区划代码。请填 4、6、9、12 或 15 位数字。
refusal-place-path = 没有找到这个地点，请从列表里重新选择。
