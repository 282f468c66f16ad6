-- Builds pandoc tables from the JSON that backprop_lab/report/tables.py writes (before citeproc, so that
-- captions and cells may cite).  Input:
--   ::: {#tbl-x .lab-table csv="..." ...}
--   ``` {.json}                {"align": [...], "head": [[cell, ...], ...], "rows": [[text, ...], ...],
--                               "widths": [share of the line, ...] or none}
--   ```
--   caption
--   :::
-- where a head's cell is {"text": markdown, "span": columns}.

local ALIGN = { left = 'AlignLeft', right = 'AlignRight', center = 'AlignCenter' }

-- Full-width punctuation brings its own space.
local CLOSING, OPENING = '，。、；：！？）」』］', '（「『［，。、；：）」'

-- The text of words, also of strong ones; code and mathematics keep the space beside them.
local WORDS = { Str = true, Strong = true, Emph = true, Span = true }

local function words_of(inline)
  return WORDS[inline.t] and pandoc.utils.stringify(inline) or ''
end

local function drop_spaces(inlines)
  for index = #inlines - 1, 2, -1 do
    local before, space, after = inlines[index - 1], inlines[index], inlines[index + 1]
    local bare = space.t == 'Space' or space.t == 'SoftBreak'
    local last = words_of(before):match('[\xC2-\xF4][\x80-\xBF]+$')
    local first = words_of(after):match('^[\xC2-\xF4][\x80-\xBF]+')
    if bare and ((last and CLOSING:find(last, 1, true)) or (first and OPENING:find(first, 1, true))) then
      inlines:remove(index)
    end
  end
  return inlines
end

-- What a cell may say: words, no code.
local WORDS_ONLY = '-raw_html-raw_tex-raw_attribute-native_divs-native_spans'
-- Only a table of sentences has quotes and apostrophes to set.
local FORMATS = {
  [true] = 'markdown+east_asian_line_breaks' .. WORDS_ONLY,
  [false] = 'markdown-smart' .. WORDS_ONLY,
}

local function is_plain(text)
  return not text:find('[^%w%s.,:–−±×+()%%]')
end

-- Texts that pandoc has read: format and text -> inlines.
local read = {}

local function keep(text, format, blocks)
  read[format .. text] = drop_spaces(pandoc.utils.blocks_to_inlines(blocks))
end

-- Read many texts as paragraphs of one document: to get the reader ready takes longer than to
-- read a cell.  If one of them is no paragraph, each is left to be read alone.
local function read_together(texts, format)
  local asked, seen = {}, {}
  for _, text in ipairs(texts) do
    if not is_plain(text) and not text:find('\\$') and not seen[text] then
      seen[text] = true
      asked[#asked + 1] = text
    end
  end
  local blocks = pandoc.read(table.concat(asked, '\n\n'), format).blocks
  if #blocks ~= #asked then
    return
  end
  for _, block in ipairs(blocks) do
    if block.t ~= 'Para' then
      return
    end
  end
  for index, text in ipairs(asked) do
    keep(text, format, { blocks[index] })
  end
end

-- Markdown to inlines; plain words and numbers, nearly all cells, skip the parser.
local function inlines(text, sentences)
  if text == '' then
    return {}
  end
  if is_plain(text) then
    return pandoc.Inlines(text)
  end
  local format = FORMATS[sentences or false]
  if not read[format .. text] then
    keep(text, format, pandoc.read(text, format).blocks)
  end
  return read[format .. text]:clone()
end

local function cell(text, align, span, sentences)
  return pandoc.Cell({ pandoc.Plain(inlines(text, sentences)) }, align, 1, span or 1)
end

local COMPACT = 28 -- characters: a table without longer cells need not wrap them

local function build(div)
  local longest = 0
  local data = pandoc.json.decode(div.content[1].text, false)
  local colspecs, head, body = {}, {}, {}
  for index, align in ipairs(data.align) do
    colspecs[index] = { ALIGN[align], data.widths and data.widths[index] }
  end
  for _, row in ipairs(data.head) do
    local cells, column = {}, 1
    for _, entry in ipairs(row) do
      local align = entry.span > 1 and 'AlignCenter' or ALIGN[data.align[column]]
      cells[#cells + 1] = cell(entry.text, align, entry.span)
      column = column + entry.span
    end
    head[#head + 1] = pandoc.Row(cells)
  end
  local texts = pandoc.List({})
  for _, row in ipairs(data.rows) do
    texts:extend(row)
  end
  read_together(texts, FORMATS[data.widths ~= nil])
  for _, row in ipairs(data.rows) do
    local cells = {}
    for column, text in ipairs(row) do
      cells[column] = cell(text, ALIGN[data.align[column]], 1, data.widths ~= nil)
      longest = math.max(longest, utf8.len(text))
    end
    body[#body + 1] = pandoc.Row(cells)
  end
  local caption = div.content:clone()
  caption:remove(1)
  local attributes = pandoc.Attr(div.identifier, { longest <= COMPACT and 'compact' or 'wordy' }, div.attributes)
  return pandoc.Table(
    { long = caption },
    colspecs,
    pandoc.TableHead(head),
    { { attr = pandoc.Attr(), body = body, head = {}, row_head_columns = 0 } },
    pandoc.TableFoot(),
    attributes
  )
end

-- Works in English are cited in English.  What the original lists has the note of `labels`, if
-- there is one, and its own title if it asks for that.  references.lua puts the language back.
local function references(doc)
  doc.meta['report-lang'] = doc.meta.lang
  doc.meta.lang = pandoc.MetaString('en-US')
  local listed = pandoc.utils.stringify(doc.meta.labels.listed)
  if listed == '' then
    return doc
  end
  local entries = pandoc.utils.references(doc)
  for _, entry in ipairs(entries) do
    local number = entry.note and pandoc.utils.stringify(entry.note):match('original report, no%. (%d+)')
    if number then
      entry.title = doc.meta.labels.original_titles == true and entry.annote or entry.title
      entry.note = listed:gsub('{n}', number)
    end
  end
  doc.meta.references = entries
  doc.meta.bibliography = nil
  return doc
end

-- Only the widgets of the HTML edition are code that another program wrote, in blocks of their own.
local function refuse(raw)
  if raw.t == 'RawInline' or raw.format ~= 'html' then
    io.stderr:write('LAB: raw ' .. raw.format .. ' in the text: ' .. raw.text:sub(1, 60) .. '\n')
    os.exit(83)
  end
end

return {
  { Inlines = drop_spaces, RawInline = refuse, RawBlock = refuse },
  {
    Div = function(div)
      if div.classes:includes('lab-table') then
        return build(div)
      end
    end,
  },
  { Pandoc = references },
}
