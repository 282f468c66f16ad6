-- What a line must not break, in HTML and PDF alike: "Task 1", "n = 3", "圖 2", and a comma or
-- stop after a formula or code.  Titles in Chinese have Chinese quotation marks, and no paragraph
-- of the PDF ends with a line of one character.

local chinese = false

-- What ends in one of these and is followed by a number stays with it.
local BEFORE = { 'Task$', '圖$', '表$', '第$', '^=$' }
-- Han punctuation that may not begin a line.
local CLOSING = { ['，'] = true, ['。'] = true, ['、'] = true, ['；'] = true, ['：'] = true, ['）'] = true, ['」'] = true }
-- Code of at most so many signs is short enough for one line.
local SHORT_CODE = 24

local function first_text(inline)
  if inline and inline.t == 'Str' then
    return inline.text
  elseif inline and inline.t == 'Span' then
    return first_text(inline.content[1])
  end
  return ''
end

local function is_pair(before, after)
  if not before or before.t ~= 'Str' then
    return false
  end
  if after == '=' then
    return before.text:match('^n$') or before.text:match('[^%w]n$')
  end
  if not after:match('^[%d−]') then
    return false
  end
  for _, pattern in ipairs(BEFORE) do
    if before.text:match(pattern) then
      return true
    end
  end
  return false
end

-- In HTML a browser may break between a formula or code and what follows.
local function with_closing(inlines)
  local kept = pandoc.Inlines({})
  for _, inline in ipairs(inlines) do
    local last = kept[#kept]
    local sign = inline.t == 'Str' and inline.text:match('^[\194-\244][\128-\191]*')
    local whole = last and ((last.t == 'Math' and last.mathtype == 'InlineMath')
      or (last.t == 'Code' and utf8.len(last.text) <= SHORT_CODE))
    if whole and sign and CLOSING[sign] then
      kept[#kept] = pandoc.Span({ last, pandoc.Str(sign) }, { class = 'nobreak' })
      local rest = inline.text:sub(#sign + 1)
      if rest ~= '' then
        kept:insert(pandoc.Str(rest))
      end
    else
      kept:insert(inline)
    end
  end
  return kept
end

local function keep_pairs(inlines)
  for index = 2, #inlines - 1 do
    local breakable = inlines[index].t == 'Space' or inlines[index].t == 'SoftBreak'
    if breakable and is_pair(inlines[index - 1], first_text(inlines[index + 1])) then
      inlines[index] = pandoc.Str('\u{a0}')
    end
  end
  return FORMAT:match('html') and with_closing(inlines) or inlines
end

-- The last line of a Chinese paragraph is no single character: its last two, with the mark after
-- them, stay together.  (typst would even out the lines, but then it crushes the marks of some.)
local HAN = '[\228-\233][\128-\191][\128-\191]'
local LAST_TWO = '^(.*' .. HAN .. ')(' .. HAN .. HAN .. ')$'

local function without_single(block)
  if not chinese or not FORMAT:match('typst') then
    return nil
  end
  local kept = pandoc.Inlines({})
  for index, inline in ipairs(block.content) do
    kept:insert(inline)
    local next = block.content[index + 1]
    if inline.t == 'Str' and (not next or next.t == 'LineBreak') then
      local mark = inline.text:match('。$') or ''
      local before, two = inline.text:sub(1, #inline.text - #mark):match(LAST_TWO)
      if before then
        kept[#kept] = pandoc.Str(before)
        kept:extend({
          pandoc.RawInline('typst', '#box['), pandoc.Str(two .. mark), pandoc.RawInline('typst', ']'),
        })
      end
    end
  end
  block.content = kept
  return block
end

local function is_han(text)
  return text:match(HAN) ~= nil
end

-- A Chinese title between “ and ”, with the stop that citeproc put inside: its words alone,
-- between 「 and 」; nil for another.
local function chinese_title(inline)
  if inline.t ~= 'Span' or not is_han(pandoc.utils.stringify(inline)) then
    return nil
  end
  local words = inline.content
  if first_text(words[1]) ~= '“' or first_text(words[#words]) ~= '”' then
    return nil
  end
  words[1], words[#words] = pandoc.Str('「'), pandoc.Str('」')
  if first_text(words[#words - 1]):match('^[.,]$') then
    words:remove(#words - 1)
  end
  return inline
end

-- “Title.” Note. -> 「Title」，Note。  citeproc writes every entry in the manner of English; behind
-- a title that ends in a question or exclamation mark it leaves an empty word.
local function chinese_entry(span)
  if not chinese or not span.classes:includes('csl-right-inline') then
    return nil
  end
  local kept, stopped, titled = pandoc.Inlines({}), nil, false
  for _, inline in ipairs(span.content) do
    local title = chinese_title(inline)
    if title then
      kept:insert(title)
      titled, stopped = true, true
    elseif stopped and inline.t == 'Space' then
      kept:insert(pandoc.Str('，'))
      stopped = false
    elseif not (inline.t == 'Str' and inline.text == '') then
      kept:insert(inline)
      stopped = false
    end
  end
  local last = kept[#kept]
  if stopped then
    kept:insert(pandoc.Str('。'))
  elseif last and last.t == 'Str' and (titled or is_han(last.text)) then
    last.text = last.text:gsub('%.$', '。')
    kept[#kept] = last
  end
  span.content = kept
  return span
end

return {
  {
    Meta = function(meta)
      chinese = pandoc.utils.stringify(meta['report-lang'] or ''):match('^zh') ~= nil
    end,
  },
  { Span = chinese_entry },
  { Inlines = keep_pairs },
  { Para = without_single, Plain = without_single },
}
