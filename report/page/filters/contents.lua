-- A writer of pandoc: lists the figures and tables of the report, for those who want them outside
-- of it, as JSON:
--   {"figures": [{"name": "fig-x", "caption": TEXTS}, ...],
--    "tables": [{"name": "tbl-x", "caption": TEXTS, "align": ["left", ...], "widths": [share, ...],
--                "head": [[{"texts": TEXTS, "span": columns}, ...], ...], "rows": [[TEXTS, ...], ...]}]}
-- where TEXTS is {"plain", "rst", "latex", "markdown"}.  Rows are written where the metadata asks
-- for them (`cells: true`): there are thousands of cells.

local FORMATS = { plain = 'plain', rst = 'rst', latex = 'latex-smart', markdown = 'gfm' }
local ALIGN = { AlignLeft = 'left', AlignRight = 'right', AlignCenter = 'center', AlignDefault = 'left' }

local options = pandoc.WriterOptions({ wrap_text = 'wrap-none' })

-- What breaks a line inside of a cell.
local BREAK = {
  latex = pandoc.RawInline('latex', '\\newline '),
  markdown = pandoc.RawInline('html', '<br>'),
}

-- Outside of the report a citation's number and a link to another part lead nowhere.
local function bare(blocks, name)
  return blocks:walk({
    -- To LaTeX this sign is an opening quotation mark.
    Str = name == 'latex' and function(str)
      local parts = pandoc.Inlines({})
      for words, sign in (str.text .. '\0'):gmatch('([^`%z]*)([`%z])') do
        parts:insert(pandoc.Str(words))
        if sign == '`' then
          parts:insert(pandoc.RawInline('latex', '\\textasciigrave{}'))
        end
      end
      return parts
    end or nil,
    -- Coloured, it would need macros that only pandoc's own documents have.
    Code = name == 'latex' and function(code)
      return pandoc.Code(code.text)
    end or nil,
    LineBreak = function()
      return BREAK[name] or pandoc.Space()
    end,
    Inlines = function(inlines)
      for index = #inlines, 1, -1 do
        if inlines[index].t == 'Cite' and inlines[index].citations[1].mode ~= 'AuthorInText' then
          inlines:remove(index)
          if index > 1 and inlines[index - 1].t == 'Space' then
            inlines:remove(index - 1)
          end
        end
      end
      return inlines
    end,
    Link = function(link)
      return link.content
    end,
    Span = function(span)
      return span.content
    end,
  })
end

local known = {}

local function texts(blocks)
  local plain = pandoc.utils.stringify(blocks)
  if plain ~= '' and not plain:find('[^%w%s.,:]') and #blocks == 1 and #blocks[1].content == 1 then
    return { plain = plain, rst = plain, latex = plain, markdown = plain }
  end
  local key = pandoc.json.encode(blocks)
  if not known[key] then
    local found = {}
    for name, format in pairs(FORMATS) do
      local doc = pandoc.Pandoc(bare(blocks, name))
      found[name] = pandoc.write(doc, format, options):gsub('%s+$', ''):gsub('%s*\n%s*', ' ')
    end
    known[key] = found
  end
  return known[key]
end

local function list(items)
  return #items > 0 and items or pandoc.List({})
end

local function row_of(row)
  local cells = pandoc.List({})
  for _, cell in ipairs(row.cells) do
    cells:insert(texts(cell.contents))
  end
  return cells
end

local function head_of(row)
  local cells = pandoc.List({})
  for _, cell in ipairs(row.cells) do
    cells:insert({ texts = texts(cell.contents), span = cell.col_span })
  end
  return cells
end

local function table_of(element, with_cells)
  local found = { name = element.identifier, caption = texts(element.caption.long) }
  if with_cells then
    found.align, found.widths = pandoc.List({}), pandoc.List({})
    for _, column in ipairs(element.colspecs) do
      found.align:insert(ALIGN[column[1]])
      if column[2] then
        found.widths:insert(column[2])
      end
    end
    found.head = list(element.head.rows:map(head_of))
    found.rows = pandoc.List({})
    for _, body in ipairs(element.bodies) do
      found.rows:extend(body.body:map(row_of))
    end
  end
  return found
end

function Writer(doc)
  local found = { figures = pandoc.List({}), tables = pandoc.List({}) }
  local with_cells = doc.meta.cells == true
  doc.blocks:walk({
    Figure = function(figure)
      found.figures:insert({ name = figure.identifier, caption = texts(figure.caption.long) })
    end,
    Table = function(element)
      if element.identifier ~= '' then
        found.tables:insert(table_of(element, with_cells))
      end
    end,
  })
  return pandoc.json.encode(found)
end
