"""Chinese as it is written in Taiwan: one word for one thing, and the signs and spaces around it.

`TERMS` are words that the report does not use, each with the one that it does: terms of other
regions, and second names for what has one already.  The terms are those of the National Academy
for Educational Research (https://terms.naer.edu.tw), or what textbooks in Taiwan say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from statements.build import Build
from statements.sentences import Sentence

#: Pattern of what is not written -> what is written instead.
TERMS = {
    # what a network is made of, and how it learns
    r"激活|激勵函數|活化函式|啟動函數": "活化函數、活化值",
    r"過擬合|過度配適|過適": "過度擬合",
    r"優化": "最佳化",
    r"學習速率|學習步長": "學習率",
    r"超參(?!數)|引數": "超參數、參數",
    r"偏置|偏移項|偏差值|偏差梯度": "偏差項",
    r"誤差函數|損失值": "損失",
    r"批量|批尺寸|批處理": "批次、批次大小",
    r"迭代|世代|回合|紀元": "週期（更新一次則為「步」）",
    r"反向傳遞|倒傳遞|後向傳播": "反向傳播",
    r"前饋|正向傳播": "前向傳播",
    r"網絡": "網路",
    r"全連通": "全連接",
    r"隱含|隱層": "隱藏層",
    r"神經元": "單元",
    r"歸一化": "標準化",
    # what is measured
    r"(?<![單雙])精度|精確度|正確率|準確度": "準確率",
    r"方差|離差": "變異數、標準差",
    r"(?<!平)均值|平均數": "平均、平均值",
    r"置信|信心區間|信心水準": "信賴區間、信賴水準",
    r"自助法|自舉": "拔靴法",
    r"(?<!正負)號翻轉|翻轉符號": "正負號翻轉",
    r"顯著": "明顯、有意義（未作檢定）",
    r"切分|拆分|分割": "劃分",
    r"量測|度量": "測量",
    r"結果相左": "與結果相反",
    r"復現|再現": "重現",
    r"毫無頭緒|隨便猜|隨機猜|隨意猜": "亂猜",
    r"美化": "略微偏高",
    r"摘要值|哈希|散列|校驗": "雜湊值、核對",
    r"印出|列印|打印": "列出",
    r"調參|調優|調整後": "調校",
    # computers
    r"默認|缺省": "預設",
    r"數據": "資料、數值",
    r"信息": "資訊",
    r"質量": "品質",
    r"圖像": "影像",
    r"線程|進程": "執行緒、行程",
    r"內存|顯存": "記憶體",
    r"內核|核心程式": "運算核心",
    r"顯卡": "顯示卡",
    r"文件|目錄": "檔案、資料夾",
    r"程序|代碼|編程|腳本": "程式、程式碼、撰寫",
    r"(?<!演)算法": "演算法、方法",
    r"變量": "變數",
    r"函式(?!庫)|庫函數|程式庫": "函數、函式庫",
    r"字節|比特": "位元組、位元",
    r"緩存": "快取",
    r"鼠標|點擊|屏幕|界面": "滑鼠、按、螢幕、介面",
    r"支持": "支援、佐證",
    r"運行": "執行",
    r"存儲": "儲存",
    r"注釋": "註解",
    # words of sentences
    r"進行(?:訓練|比較|測量|計算|校正)": "動詞本身",
    r"通過(?=訓練|計算|比較|測量|實驗)": "藉由、以",
    r"被(?:稱為|認為|用來|用於|視為|證明)": "主動：稱為、視為……",
    r"水平(?!線|軸)": "水準",
    r"甚麼|裏|佔|周期": "什麼、裡、占、週期",
}
_TERMS = [(re.compile(pattern), right) for pattern, right in TERMS.items()]
_COUNTED = {
    r"[個條](?:判準|主張)|判準(?:中有|有) ?\S{1,4} ?[個條]": "項",
    r"個(?:影像|圖|表|指令)(?!的?[標檔])": "張、道",
    r"[一兩這那] ?個程式(?!碼)": "套",
}
_HAN = "[\u4e00-\u9fff]"
#: What is set as in English, or as by accident.
_SET_WRONGLY = {
    rf"{_HAN}[A-Za-z0-9]|[A-Za-z0-9%]{_HAN}": "a space between Han and Latin letters",
    rf"{_HAN}[,;:?!()]|[,;:?!)]{_HAN}": "full-width punctuation",
    rf"[，。；：、] |{_HAN} {_HAN}": "no space",
    r"[，。；、][，。；、]|（）": "one mark",
    r"\.\.\.|--": "…… or —",
    r"[“”‘’]": "「」",
}
_WRONGLY = [(re.compile(pattern), right) for pattern, right in _SET_WRONGLY.items()]


def wrong_terms(text: str) -> Iterator[str]:
    """Yield each word that the report does not use, with the one that it uses instead."""
    for pattern, right in _TERMS:
        for found in pattern.finditer(text):
            yield f"{found[0]!r} is not what the report says, but {right}"
    for pattern, right in _COUNTED.items():
        for found in re.finditer(pattern, text):
            yield f"{found[0]!r}: counted by {right}"


def is_set_as_chinese(sentence: Sentence, build: Build) -> Iterator[str]:
    """Chinese words, signs and spaces."""
    if not re.search(_HAN, sentence.text) or sentence.place == "head":
        return
    text = re.sub(r"`[^`]*`", "`", sentence.text)
    yield from wrong_terms(text)
    for pattern, right in _WRONGLY:
        for found in pattern.finditer(text):
            around = text[max(0, found.start() - 8) : found.end() + 8]
            yield f"{around!r} needs {right}"


def part_of_the_whole_in_chinese(sentence: Sentence, build: Build) -> Iterator[str]:
    """In m 項中有 n 項, n is no more than m; in a 到 b, a is less than b."""
    shown = "\ue000(\\d+)\ue001"
    for pattern, relation in (
        (
            rf"{shown}[ 項個組次張種]*[^。；，\ue000]{{0,8}}中，?[^。；\ue000]{{0,12}}有 ?{shown}",
            "of",
        ),
        (rf"{shown} 到 {shown}", "to"),
    ):
        for found in re.finditer(pattern, sentence.raw):
            first, second = (sentence.facts[int(found[place])] for place in (1, 2))
            values = build.value(first.key), build.value(second.key)
            if not all(isinstance(value, int | float) for value in values):
                continue
            if relation == "of" and values[1] > values[0]:
                yield f"{second.text} of {first.text} ({second.key} of {first.key})"
            if relation == "to" and values[0] > values[1] and _ends(first.key, second.key):
                yield f"from {first.text} to {second.text} ({first.key} to {second.key})"


def _ends(*keys: str) -> bool:
    """Say whether facts are the ends of an interval."""
    return any(re.search(r"(?:^|[._])(?:low|high|min|max|lowest|highest)", key) for key in keys)
