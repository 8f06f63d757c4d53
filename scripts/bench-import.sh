#!/usr/bin/env bash
# Fifty thousand people from one spreadsheet: bench-import.sh [--rows 50000] [--seed 1]
#
# Makes a file of invented people by a seed, brings it in with `helin import people` into a fresh embedded database, and
# prints the processor seconds and the peak of memory of the whole, and of the checking alone; the difference is what
# applying costs. The limits: 20 s of processor time for applying, 300 MB.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/system.sh
. scripts/system.sh
rows=50000 seed=1
while [ $# -gt 0 ]; do
    case $1 in
        --rows) rows=$2 && shift ;;
        --seed) seed=$2 && shift ;;
        *) die "unknown option $1" ;;
    esac
    shift
done
helin=${HELIN_BIN:-target/release/helin}
[ -x "$helin" ] || cargo build --release --locked --package helin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A line each: name, identity number with its check character, phone, day of birth, place, address.
awk -v rows="$rows" -v seed="$seed" 'BEGIN {
    srand(seed)
    split("王 李 张 刘 陈 杨 赵 黄 周 吴", families, " ")
    split("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平", given, " ")
    split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weights, " ")
    print "姓名,身份证号码,手机号,出生日期,区划代码,住址"
    for (row = 1; row <= rows; row++) {
        day = sprintf("%04d%02d%02d", 1940 + int(rand() * 65), 1 + int(rand() * 12), 1 + int(rand() * 28))
        body = "371722" day sprintf("%03d", row % 1000)
        # Numbers of one day of birth would meet: the area tells a thousand rows from the next.
        body = sprintf("3717%02d", 1 + int(row / 1000) % 90) substr(body, 7)
        sum = 0
        for (at = 1; at <= 17; at++) sum += substr(body, at, 1) * weights[at]
        check = substr("10X98765432", sum % 11 + 1, 1)
        name = families[1 + int(rand() * 10)] given[1 + int(rand() * 20)] given[1 + int(rand() * 20)]
        birth = substr(day, 1, 4) "-" substr(day, 5, 2) "-" substr(day, 7, 2)
        printf "%s,%s,139%08d,%s,371722003003,%d 号楼 %d 单元\n", name, body check, row, birth, 1 + row % 60, 1 + row % 6
    }
}' >"$folder/people.csv"

measure() {
    local name=$1 data=$folder/$1
    shift
    "$helin" migrate --data "$data" >/dev/null
    "$helin" import --data "$data" --divisions data/heze-divisions.csv --workdays data/workdays-cn.csv >/dev/null
    /usr/bin/time -f '%U %S %M' -o "$folder/$name.time" "$helin" import --data "$data" people "$folder/people.csv" "$@"
    awk -v name="$name" '{ printf "%s: %.1f CPU-s, peak %.0f MB\n", name, $1 + $2, $3 / 1024 }' "$folder/$name.time"
}

printf '%d rows, %s\n' "$rows" "$(du -h "$folder/people.csv" | cut -f1)"
measure checked --check
measure applied
