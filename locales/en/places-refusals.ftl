refusal-place-code = “{ $code }” is not a division code. Give 4, 6, 9, 12 or 15 digits.
refusal-place-path = This place was not found. Choose it again from the list.
