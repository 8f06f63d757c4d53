-- 负责人: who is responsible for a unit, as its certificates name them (令67 第十五条). Empty where nobody has said; a team without
-- one is headed by its leader.
ALTER TABLE people_organisations ADD COLUMN head TEXT;

-- Rows of a file that repeat one before them, which is entered once.
ALTER TABLE exchange_imports ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;
-- The last row that was entered, once an import has ended.
ALTER TABLE exchange_imports ADD COLUMN entered_to INTEGER;
