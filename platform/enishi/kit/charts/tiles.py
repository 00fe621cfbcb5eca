"""The prefectures as a grid of equal tiles, so that small ones are as visible as large ones.

Our own layout: neighbours stay neighbours as far as a grid allows, and straits are empty tiles.
Columns run from west to east, rows from north to south.
"""

from typing import NamedTuple


class Tile(NamedTuple):
    column: int
    row: int
    ja: str
    en: str  # three letters; the table beside the map has the names in full


COLUMNS, ROWS = 13, 14

TILES = {
    "01": Tile(12, 0, "北海道", "Hok"),
    "02": Tile(11, 1, "青森", "Aom"),
    "03": Tile(11, 2, "岩手", "Iwa"),
    "04": Tile(11, 3, "宮城", "Mgi"),
    "05": Tile(10, 2, "秋田", "Aki"),
    "06": Tile(10, 3, "山形", "Ygt"),
    "07": Tile(10, 4, "福島", "Fks"),
    "08": Tile(11, 5, "茨城", "Iba"),
    "09": Tile(10, 5, "栃木", "Toc"),
    "10": Tile(9, 5, "群馬", "Gun"),
    "11": Tile(9, 6, "埼玉", "Sai"),
    "12": Tile(11, 6, "千葉", "Chi"),
    "13": Tile(10, 6, "東京", "Tky"),
    "14": Tile(9, 7, "神奈川", "Kng"),
    "15": Tile(9, 4, "新潟", "Nii"),
    "16": Tile(8, 4, "富山", "Toy"),
    "17": Tile(7, 4, "石川", "Ish"),
    "18": Tile(7, 5, "福井", "Fki"),
    "19": Tile(8, 6, "山梨", "Yns"),
    "20": Tile(8, 5, "長野", "Ngn"),
    "21": Tile(7, 6, "岐阜", "Gif"),
    "22": Tile(8, 7, "静岡", "Szo"),
    "23": Tile(7, 7, "愛知", "Aic"),
    "24": Tile(6, 8, "三重", "Mie"),
    "25": Tile(6, 6, "滋賀", "Sga"),
    "26": Tile(5, 6, "京都", "Kyo"),
    "27": Tile(5, 7, "大阪", "Osk"),
    "28": Tile(4, 6, "兵庫", "Hyo"),
    "29": Tile(6, 7, "奈良", "Nar"),
    "30": Tile(5, 8, "和歌山", "Wak"),
    "31": Tile(3, 6, "鳥取", "Tot"),
    "32": Tile(2, 6, "島根", "Smn"),
    "33": Tile(3, 7, "岡山", "Oky"),
    "34": Tile(2, 7, "広島", "Hir"),
    "35": Tile(1, 7, "山口", "Ygc"),
    "36": Tile(4, 10, "徳島", "Tks"),
    "37": Tile(4, 9, "香川", "Kgw"),
    "38": Tile(3, 9, "愛媛", "Ehi"),
    "39": Tile(3, 10, "高知", "Koc"),
    "40": Tile(1, 9, "福岡", "Fko"),
    "41": Tile(0, 9, "佐賀", "Sag"),
    "42": Tile(0, 10, "長崎", "Ngs"),
    "43": Tile(0, 11, "熊本", "Kum"),
    "44": Tile(1, 10, "大分", "Oit"),
    "45": Tile(1, 11, "宮崎", "Mzk"),
    "46": Tile(1, 12, "鹿児島", "Kgs"),
    "47": Tile(0, 13, "沖縄", "Okn"),
}
