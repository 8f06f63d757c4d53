report-title = Public figures of { $place }
report-print-title = Monthly report of { $place }
report-print-title-internal = { $place }: monthly report (with internal figures)
report-lead = Open any figure to see what it counts, the rows behind it, and check it yourself.
report-choose-month = Which month?
report-show = Show
report-as-of = As of { $when }
report-small-groups = Numbers below five are withheld; so that they cannot be computed, a few others sometimes are too.
report-print = Print this month
report-below = One level down
report-withheld = withheld
report-counts = { $of } of { $among }
report-among = of { $among }
report-nobody = nothing to compute it from
report-through = month not over: up to { $day }
report-future = yet to come
report-before-records = before records were kept
report-last-month = Last month { $figure }
report-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
report-month-short = { $month }
report-figure-title = { $figure }, { $place }
report-definition = What it counts: { $definition } Unit: { $unit }.
report-see-rows = See the rows behind it
report-download = Download the table (CSV)
report-months = Month by month
report-months-of = { $figure } by month
report-places = By place, { $month }
report-places-of = { $figure } by place
report-chart-described = The table below has every number of this chart.
report-not-a-map = Squares and bars are in the order of codes; this is no map.
report-show-table = Show the table
report-rest = Not in any of these
report-by-month = Month
report-by-place = Place
report-by-category = Category
report-by-channel = Channel
report-by-evidence = Evidence
report-by-reporter_group = Reporter’s group
report-by-age_group = Age
report-by-sex = Sex
report-groups-of-city = Figures by group are published for the whole city only.
report-all-figures = All figures of this place
report-column-split = Split
report-column-name = Name
report-column-month = Month
report-column-remark = Remark
report-column-figure = Figure
report-column-number = Number
report-column-definition = What it counts
report-column-no = No.
report-column-code = Code
report-column-about = About
report-column-day = Day
report-column-time = Time
report-records-title = Rows behind { $figure }, { $place }
report-rate-rows = This rate divides two figures; their rows are here:
report-rows-withheld = This figure is withheld, and so are its rows.
report-no-rows = There are no rows in this month.
report-row-count = { $count } rows, as many as the figure says.
report-rows-masked = Names are masked; private matters do not say what they are about.
report-rows-public = Only the last three characters of the code are shown, no names and no content.
report-private = A private matter
report-back-to-figure = Back to the figure
report-internal = internal
report-internal-means = Figures marked “internal” are not published: they are of too few people, or would tell another figure. They are for the staff who see this page; do not pass them on or put them up.
report-is-public = This is what the public sees: numbers so small that somebody might be recognised are not shown.
report-as-public = See what the public sees
report-as-staff = Back to what staff see
