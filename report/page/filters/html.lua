-- What only the HTML needs: numbers before heads and captions, scrolling and folding tables,
-- numbers that say where they come from, data to download.

local labels = {}

local function stringify(value)
  return value and pandoc.utils.stringify(value) or ''
end

local function escape(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

local function raw(text)
  return pandoc.RawBlock('html', text)
end

local function take(element, key)
  local value = element.attributes[key]
  element.attributes[key] = nil
  return value
end

-- "Figure 3." before the first words of a caption.
local function label_caption(blocks, kind, number)
  local label = pandoc.Span(stringify(labels[kind]) .. '\u{a0}' .. number .. '.', { class = 'label' })
  local first = blocks[1]
  if first and first.content then
    first.content:insert(1, pandoc.Space())
    first.content:insert(1, label)
  else
    blocks:insert(1, pandoc.Plain({ label }))
  end
  return blocks
end

local offered = {} -- file -> identifier of the link that carries it

-- A link to the data of a figure or table, inside this file.  What an earlier link carries,
-- report.js takes from there; without scripts this one leads there.
local function download(csv, file)
  local name, words = escape(csv:match('[^/]+$')), escape(stringify(labels.download))
  if offered[csv] then
    return ('<a class="again" download="%s" href="#%s">%s</a> '):format(name, offered[csv], words)
  end
  local handle = assert(io.open(file, 'rb'))
  local data = handle:read('a'):gsub('[^%w%-_.,]', function(c)
    return ('%%%02X'):format(c:byte())
  end)
  handle:close()
  offered[csv] = 'csv-' .. csv:gsub('[^%w]', '-')
  return ('<a id="%s" download="%s" href="data:text/csv;charset=utf-8,%s">%s</a> '):format(
    offered[csv], name, data, words)
end

-- The line below a figure or table: how to rebuild it, and its data.
local function provenance(element)
  local csv, file, rebuild = take(element, 'csv'), take(element, 'csv-file'), take(element, 'rebuild')
  if not rebuild then
    return {}
  end
  local html = { '<p class="rebuild">' }
  if file then
    html[#html + 1] = download(csv, file)
  end
  if rebuild ~= '' then
    html[#html + 1] = ('<span>%s%s<code>%s</code></span>'):format(
      escape(stringify(labels.rebuild)), escape(stringify(labels.colon)), escape(rebuild))
  end
  html[#html + 1] = '</p>'
  return { raw(table.concat(html)) }
end

local function html_header(header)
  local number = take(header, 'number')
  local kind = take(header, 'kind')
  take(header, 'first-appendix')
  if number then
    local text = kind == 'appendix' and stringify(labels.appendix) .. '\u{a0}' .. number or number
    header.content:insert(1, pandoc.Space())
    header.content:insert(1, pandoc.Span(text, { class = 'section-number' }))
  end
  if header.identifier ~= '' then
    local name = stringify(labels.permalink)
    local attributes = { class = 'permalink', ['aria-label'] = name }
    header.content:insert(pandoc.Link('', '#' .. header.identifier, name, attributes))
  end
  return header
end

local function html_figure(figure)
  local number = take(figure, 'number')
  local below = {}
  figure.content = figure.content:walk({
    Image = function(image)
      below = provenance(image)
      return image
    end,
  })
  local caption = label_caption(figure.caption.long, 'figure', number)
  local blocks = pandoc.Blocks({ raw(('<figure id="%s">'):format(figure.identifier)) })
  blocks:insert(raw(('<div class="scroll picture" role="group" aria-labelledby="%s-caption">'):format(
    figure.identifier)))
  blocks:extend(figure.content)
  blocks:insert(raw(('</div><figcaption id="%s-caption">'):format(figure.identifier)))
  blocks:extend(caption)
  blocks:extend(below)
  blocks:insert(raw('</figcaption></figure>'))
  return blocks
end

-- A head of two rows: what has no group above it spans both, and each cell says what it heads.
local function merge_head(rows)
  local upper, lower = rows[1], rows[2]
  local below, column = pandoc.List(), 1
  if lower then
    for _, cell in ipairs(upper.cells) do
      if cell.col_span == 1 and #pandoc.utils.blocks_to_inlines(cell.contents) == 0 then
        cell.contents, cell.row_span = lower.cells[column].contents, 2
        cell.alignment = lower.cells[column].alignment
      else
        for offset = 0, cell.col_span - 1 do
          below:insert(lower.cells[column + offset])
        end
      end
      column = column + cell.col_span
    end
    lower.cells = below
  end
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cell.attributes.scope = cell.col_span > 1 and 'colgroup' or 'col'
    end
  end
  return rows
end

-- A table whose columns have widths holds sentences: on a phone each of its rows is a card, where
-- each cell says what it is.  Returns whether this is one.
local function name_cells(element)
  local heads = element.head.rows[1]
  if #element.head.rows ~= 1 or not element.colspecs[1][2] then
    return false
  end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      for column, cell in ipairs(row.cells) do
        cell.attributes['data-head'] = stringify(heads.cells[column].contents)
      end
    end
  end
  return true
end

local function html_table(element)
  local number = take(element, 'number')
  element.head.rows = merge_head(element.head.rows)
  if not number then
    return element
  end
  local identifier, fold, size = element.identifier, take(element, 'fold'), take(element, 'size')
  local below = provenance(element)
  local caption = label_caption(element.caption.long, 'table', number)
  element.caption.long = {}
  element.identifier = ''
  local rows = 0
  for _, body in ipairs(element.bodies) do
    rows = rows + #body.body
  end
  local classes = 'table' .. (size == 'small' and ' small' or '')
  if name_cells(element) then
    classes = classes .. ' cards'
  end
  local blocks = pandoc.Blocks({
    raw(('<figure class="%s" id="%s"><figcaption id="%s-caption">'):format(
      classes, identifier, identifier)),
  })
  blocks:extend(caption)
  blocks:insert(raw('</figcaption>'))
  if fold == 'true' then
    local text = stringify(labels.fold):gsub('{n}', tostring(rows))
    blocks:insert(raw(('<details><summary>%s</summary>'):format(escape(text))))
  end
  blocks:insert(raw(('<div class="scroll" role="group" aria-labelledby="%s-caption">'):format(identifier)))
  blocks:insert(element)
  blocks:insert(raw('</div>'))
  if fold == 'true' then
    blocks:insert(raw('</details>'))
  end
  blocks:extend(below)
  blocks:insert(raw('</figure>'))
  return blocks
end

-- A long file: folded away behind its summary.
local function html_code(code)
  local summary = take(code, 'summary')
  if summary then
    return { raw(('<details><summary>%s</summary>'):format(escape(summary))), code, raw('</details>') }
  end
end

-- A line of several formulas becomes several, which a phone sets below each other.
local function formulas(math)
  if math.text:find('\\begin{aligned}', 1, true) then
    return math
  end
  local text = math.text:gsub('(,%s*)\\q?quad%f[%A]', '%1\0'):gsub('\\qquad%f[%A]', '\0')
  local parts = pandoc.Inlines({})
  for part in text:gmatch('[^%z]+') do
    if part:find('%S') then
      parts:insert(pandoc.Math('DisplayMath', part))
    end
  end
  return #parts > 1 and pandoc.Span(parts, { class = 'formulas' }) or math
end

local function html_span(span)
  local math = span.content[1]
  if math and math.t == 'Math' then
    take(span, 'alt')
    if math.mathtype == 'DisplayMath' then
      local number = take(span, 'number')
      span.classes:insert('equation')
      span.content[1] = formulas(math)
      if number then
        span.content:insert(pandoc.Span('(' .. number .. ')', { class = 'equation-number' }))
      end
    end
    return span
  end
  if span.classes:includes('fact') then
    span.attributes.tabindex = '0'
    return span
  end
end

local ROLES = { note = true, warning = true, result = true }

local function html_div(div)
  if div.classes:includes('abstract') then
    local title = pandoc.Para({ pandoc.Strong(stringify(labels.abstract)) })
    title = pandoc.Div({ title }, { class = 'abstract-title' })
    div.content:insert(1, title)
    return div
  end
  if ROLES[div.classes[1]] then
    div.classes:insert(1, 'box')
    div.attributes.role = 'note'
    return div
  end
end

return {
  {
    Meta = function(meta)
      labels = meta.labels
    end,
  },
  { Span = html_span },
  { Header = html_header, Figure = html_figure, Table = html_table, Div = html_div, CodeBlock = html_code },
}
