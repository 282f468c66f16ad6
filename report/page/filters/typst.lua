-- What only the PDF needs: pandoc's typst writer drops the alternative texts of images and of
-- mathematics (PDF/UA wants both), the classes of divs and the alignment of bibliographies.

local OPTIONS = pandoc.WriterOptions({ wrap_text = 'none' })
local WRITER = 'typst-smart'

local function write(blocks)
  return (pandoc.write(pandoc.Pandoc(blocks), WRITER, OPTIONS):gsub('%s+$', ''))
end

local function quote(text)
  return '"' .. text:gsub('[\\"]', '\\%0'):gsub('\n', ' ') .. '"'
end

local function block(text)
  return pandoc.RawBlock('typst', text)
end

-- The semicolon ends the call: a bracket or dot of the prose may follow.
local function inline(text)
  return pandoc.RawInline('typst', text .. ';')
end

-- How one reads a short formula aloud, for inline mathematics without words of its own.
local words = {} -- labels.yaml: spoken

local function word(name)
  return words[name] and pandoc.utils.stringify(words[name]) or name
end

local SILENT = {
  mathrm = true, mathbf = true, mathit = true, mathbb = true, mathcal = true, text = true, operatorname = true,
  left = true, right = true, quad = true, qquad = true, boldsymbol = true, displaystyle = true, big = true, Big = true,
}

local SIGNS = { ['^'] = 'sup', ['_'] = 'sub', ['<'] = 'lt', ['>'] = 'gt' }

local function spoken(tex)
  local text = tex
  text = text:gsub('\\[td]?frac%s*(%b{})%s*(%b{})', ' %1 ' .. word('frac') .. ' %2 ')
  text = text:gsub('\\[,;:! ]', ' ')
  text = text:gsub('\\(%a+)', function(name)
    if SILENT[name] then
      return ' '
    end
    return ' ' .. word(name) .. ' '
  end)
  text = text:gsub('[{}\\&]', ' '):gsub('[%^_<>]', function(sign)
    return ' ' .. word(SIGNS[sign]) .. ' '
  end)
  return (text:gsub('%s+', ' '):gsub('^%s', ''):gsub('%s$', ''))
end

-- LaTeX puts space before the conditions of a case distinction, typst does not.
local function space_cases(tex)
  return (tex:gsub('\\begin{cases}.-\\end{cases}', function(cases)
    return (cases:gsub('&', '& \\quad '))
  end))
end

local function equation(math, alt, number, identifier)
  math.text = space_cases(math.text)
  local body = write({ pandoc.Plain({ math }) })
  local arguments = { 'alt: ' .. quote(alt), body }
  if math.mathtype == 'DisplayMath' then
    table.insert(arguments, 1, 'block: true')
    if number then
      table.insert(arguments, 1, 'numbering: "(1)"')
    end
  end
  local call = '#math.equation(' .. table.concat(arguments, ', ') .. ')'
  if identifier ~= '' then
    return pandoc.RawInline('typst', '#[' .. call .. ' <' .. identifier .. '>]')
  end
  return inline(call)
end

local function typst_span(span)
  local math = span.content[1]
  if math and math.t == 'Math' then
    return equation(math, span.attributes.alt or spoken(math.text), span.attributes.number, span.identifier), false
  end
  if span.classes:includes('fact') then
    return span.content
  end
end

local function typst_math(math)
  return equation(math, spoken(math.text), nil, '')
end

-- Code without a space, of at most so many signs, stays on one line.
local SHORT_CODE = 24

local function typst_code(code)
  if #code.text <= SHORT_CODE and not code.text:find(' ') then
    return inline('#box[' .. write({ pandoc.Plain({ code }) }) .. ']')
  end
end

local OPENING = { ['（'] = true, ['「'] = true, ['『'] = true, ['【'] = true, ['《'] = true }
local STOPS = { ['，'] = true, ['。'] = true, ['、'] = true, ['；'] = true, ['：'] = true, ['！'] = true, ['？'] = true }

-- A bold stop before an opening mark stands outside of the strong words, beside that mark:
-- page.typ sets such a pair closer, if both are in one font.
local function free_stops(inlines)
  for index = #inlines - 1, 1, -1 do
    local strong, next = inlines[index], inlines[index + 1]
    local last = strong.t == 'Strong' and strong.content[#strong.content]
    if last and last.t == 'Str' and next.t == 'Str' then
      local stop = last.text:match('[\194-\244][\128-\191]*$')
      local opening = next.text:match('^[\194-\244][\128-\191]*')
      if stop and opening and STOPS[stop] and OPENING[opening] then
        last.text = last.text:sub(1, -1 - #stop)
        strong.content[#strong.content] = last
        inlines[index] = strong
        inlines:insert(index + 1, pandoc.Str(stop))
      end
    end
  end
  return inlines
end

local function typst_header(header)
  header.attributes = {}
  return header
end

local function typst_image(image)
  local attributes = image.attributes
  local width = attributes.width and attributes.width:match('^[%d.]+%%$') or '100%'
  return ('image(%s, width: %s, alt: %s)'):format(quote(image.src), width, quote(pandoc.utils.stringify(image.caption)))
end

local function typst_figure(figure)
  local image
  figure:walk({
    Image = function(element)
      image = element
    end,
  })
  return block(('#figure(%s, caption: [%s]) <%s>\n'):format(
    typst_image(image), write(figure.caption.long), figure.identifier))
end

local ALIGN = { AlignLeft = 'left', AlignRight = 'right', AlignCenter = 'center', AlignDefault = 'left' }

local function typst_cell(cell, text, head)
  local content = '[' .. text .. ']'
  if head and content ~= '[]' then
    content = '[#strong' .. content .. ']'
  end
  local options = {}
  if cell.col_span > 1 then
    options[#options + 1] = 'colspan: ' .. cell.col_span
    options[#options + 1] = 'align: center'
  end
  if cell.row_span > 1 then
    options[#options + 1] = 'rowspan: ' .. cell.row_span
  end
  if #options == 0 then
    return content
  end
  return 'table.cell(' .. table.concat(options, ', ') .. ')' .. content
end

-- The rule below each spanning head, a little shorter than its columns would be without gaps.
local function spanning_rules(row)
  local rules, column = {}, 0
  for _, cell in ipairs(row.cells) do
    if cell.col_span > 1 then
      rules[#rules + 1] = ('table.hline(start: %d, end: %d, stroke: hairline)'):format(column, column + cell.col_span)
    end
    column = column + cell.col_span
  end
  return rules
end

local function typst_row(row, texts, head)
  local cells = {}
  for index, cell in ipairs(row.cells) do
    cells[index] = typst_cell(cell, texts(), head)
  end
  return table.concat(cells, ', ')
end

local MARK = '// end of a cell'

-- An iterator over the texts of all cells, row by row.  A call of the writer costs more than
-- what it writes, so all of them go through one.
local function cell_texts(rows)
  local blocks = pandoc.Blocks({})
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      blocks:extend(cell.contents)
      blocks:insert(block(MARK))
    end
  end
  return write(blocks):gmatch('%s*(.-)%s*' .. MARK)
end

-- A long table's last rows, which stay together: none of them is alone on a page.  (typst has no
-- other way to say so than a footer.)
local FEW, TOGETHER = 10, 2

local function keep_last(rows)
  if #rows < FEW then
    return table.concat(rows)
  end
  local first = #rows - TOGETHER + 1
  return table.concat(rows, '', 1, first - 1)
    .. '    table.footer(repeat: false,\n' .. table.concat(rows, '', first) .. '    ),\n'
end

-- Lines that a table needs to begin, if it breaks: caption, head, and two rows.
local ROOM, ROOM_WORDY = 6, 9

-- `floats` is what page.typ is to know of whether it may leave its place.
local function table_code(element, floats)
  local aligns, widths, sized = {}, {}, false
  for index, spec in ipairs(element.colspecs) do
    aligns[index] = ALIGN[spec[1]]
    widths[index] = spec[2] and ('%.4gfr'):format(spec[2] * 100) or 'auto'
    sized = sized or spec[2] ~= nil
  end
  local worded = sized and element.classes:includes('wordy') -- rows of several lines
  local head, rows = {}, {}
  local texts = cell_texts(element.head.rows)
  for index, row in ipairs(element.head.rows) do
    head[#head + 1] = typst_row(row, texts, true)
    if index < #element.head.rows then
      for _, rule in ipairs(spanning_rules(row)) do
        head[#head + 1] = rule
      end
    end
  end
  head[#head + 1] = 'table.hline(stroke: thinline)'
  for _, body in ipairs(element.bodies) do
    texts = cell_texts(body.body)
    for _, row in ipairs(body.body) do
      local rule = #rows > 0 and worded and 'table.hline(stroke: hairline), ' or ''
      rows[#rows + 1] = '    ' .. rule .. typst_row(row, texts) .. ',\n'
    end
  end
  local start = element.identifier == '' and '' or '..start, '
  local code = ('table(\n    columns: (%s,),\n    align: (%s,),\n    table.header(%s%s),\n%s  )'):format(
    table.concat(widths, ', '), table.concat(aligns, ', '), start, table.concat(head, ', '), keep_last(rows))
  local size = quote(element.attributes.size or 'normal')
  if element.identifier == '' then
    return ('ruled(size: %s, %s)'):format(size, code)
  end
  return ('captioned(<%s>, [%s], rows: %d, columns: %d, lines: %d, size: %s, floats: %s, start => %s)'):format(
    element.identifier, write(element.caption.long), #rows, #widths, worded and ROOM_WORDY or ROOM, size, floats, code)
end

local function typst_table(element)
  return block('#' .. table_code(element, 'true') .. '\n')
end

-- citeproc's hanging numbers: two columns, one grid row an entry.
local function reference(entry)
  local number, text
  entry:walk({
    Span = function(span)
      if span.classes:includes('csl-left-margin') then
        number = write({ pandoc.Plain(span.content) })
      elseif span.classes:includes('csl-right-inline') then
        text = write({ pandoc.Plain(span.content) })
      end
    end,
  })
  return ('#reference([%s], [%s]) <%s>\n'):format(number or '', text or write(entry.content), entry.identifier)
end

-- A long file: small, in two columns.
local function typst_code(code)
  if code.attributes.summary then
    code.attributes.summary = nil
    return block('#listing[\n' .. write({ code }) .. '\n]\n')
  end
end

local BOXES = { note = true, warning = true, result = true }

local function typst_div(div)
  if div.classes:includes('csl-entry') then
    return block(reference(div))
  end
  if div.identifier == 'refs' then
    div.content:insert(1, block('#v(0.5em)'))
    return div.content
  end
  if div.classes:includes('abstract') then
    return block('#abstract[\n' .. write(div.content) .. '\n]\n')
  end
  for class in pairs(BOXES) do
    if div.classes:includes(class) then
      return block(('#box-of("%s")[\n%s\n]\n'):format(class, write(div.content)))
    end
  end
end

-- A box that stands right behind a captioned table says what that shows; and a heading is not left
-- with one line under it.
local function keep_together(blocks)
  for index = #blocks, 2, -1 do
    local before, this = blocks[index - 1], blocks[index]
    local boxed = this.t == 'Div' and this.classes:includes('result')
    if boxed and before.t == 'Table' and before.identifier ~= '' then
      local code = '#with-box(floats => ' .. table_code(before, 'floats') .. ', [\n'
      blocks[index - 1] = block(code .. write({ typst_div(this) }) .. '\n])\n')
      blocks:remove(index)
    elseif before.t == 'Header' and this.t == 'Para' then
      blocks[index] = block('#opening[\n' .. write({ this }) .. '\n]\n')
    end
  end
  return blocks
end

-- citeproc has written the citation's text; the writer would ask typst for it again.
local function typst_cite(cite)
  return cite.content
end

return {
  {
    Meta = function(meta)
      words = meta.labels.spoken
    end,
  },
  { Cite = typst_cite, Inlines = free_stops },
  { traverse = 'topdown', Span = typst_span, Math = typst_math, Code = typst_code },
  { Blocks = keep_together },
  { Header = typst_header, Figure = typst_figure, Table = typst_table, Div = typst_div, CodeBlock = typst_code },
}
