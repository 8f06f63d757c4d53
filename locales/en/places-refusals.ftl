refusal-place-code = “{ $code }” is not a division code. Give 4, 6, 9, 12 or 15 digits.
refusal-place-path = This place was not found. Choose it again from the list.
refusal-grid-parent = Only villages and communities have grids, not “{ $place }”. Add it to a village or community below.
refusal-grid-full = The grid numbers of “{ $place }” are used up to 999; none can be added.
refusal-place-name-missing = Write a name.
refusal-place-name-taken = There is a “{ $name }” here already. Choose another name.
refusal-place-unknown = “{ $name }” was not found. Write the name of a village, community, township or county, or its code.
refusal-place-several = Several places have this name: { $places }. Write the township or county before it as well.
