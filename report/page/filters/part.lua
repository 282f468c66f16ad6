-- Keeps one part of a report that is read on two pages: "lab-report", what comes before the first
-- appendix, or "supplement", the appendices.  All is numbered before that, so that "Table 30" is
-- the same everywhere; a link to the other part leads to its page.  Without a part, nothing is done.
-- A page opened as a file can fetch nothing, so it carries what its links to the other page name, for
-- notes.js to show: a caption, with a table's first rows; an equation; a head and what follows it.

local IDENTIFIED = 'Header Figure Table Div Span CodeBlock Code Link'

local function first_appendix(blocks)
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 and block.classes:includes('appendix') then
      return index
    end
  end
  return #blocks + 1
end

local function identifiers(blocks)
  local found = {}
  local function note(element)
    if element.identifier ~= '' then
      found[element.identifier] = true
    end
  end
  local filter = {}
  for name in IDENTIFIED:gmatch('%a+') do
    filter[name] = note
  end
  function filter.RawBlock(block) -- a widget
    for name in block.text:gmatch('%sid="([^"]+)"') do
      found[name] = true
    end
  end
  blocks:walk(filter)
  return found
end

-- The heads of the other page, for the contents of this one.
local function heads(blocks, page, appendix)
  local links = pandoc.List()
  for _, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 then
      local number, kind = block.attributes.number, block.attributes.kind
      local text = block.content:clone()
      if number then
        text:insert(1, pandoc.Space())
        text:insert(1, pandoc.Str(kind == 'appendix' and appendix .. '\u{a0}' .. number or number))
      end
      links:insert(pandoc.Inlines({ pandoc.Link(text, page .. '#' .. block.identifier) }))
    end
  end
  return links
end

local ROWS = 4 -- that a preview shows of a table

-- Words alone: no notes of numbers, no links, no works to list, no names.
local function plain(element)
  local function inside(inline)
    return inline.content
  end
  return element:walk({
    Inlines = function(inlines)
      local kept = pandoc.Inlines({})
      for _, inline in ipairs(inlines) do
        if inline.t ~= 'Cite' then
          kept:insert(inline)
        elseif #kept > 0 and (kept[#kept].t == 'Space' or kept[#kept].t == 'SoftBreak') then
          kept:remove()
        end
      end
      return kept
    end,
    Note = function()
      return {}
    end,
    Link = inside,
    Span = inside,
  })
end

local function caption_of(element, kind, labels)
  local words = pandoc.utils.stringify
  local label = words(labels[kind]) .. '\u{a0}' .. element.attributes.number .. '.'
  local inlines = pandoc.Inlines({ pandoc.Strong(label), pandoc.Space() })
  inlines:extend(plain(pandoc.Para(pandoc.utils.blocks_to_inlines(element.caption.long))).content)
  return pandoc.Para(inlines)
end

local function first_rows(element)
  local first = plain(element)
  first.caption, first.attr = { long = {} }, pandoc.Attr()
  for _, body in ipairs(first.bodies) do
    body.body = pandoc.List({ table.unpack(body.body, 1, ROWS) })
  end
  return first
end

-- The first paragraph of a section, unless a section inside it begins sooner.
local function first_words(blocks, index)
  for next = index + 1, #blocks do
    if blocks[next].t == 'Para' then
      return plain(blocks[next])
    elseif blocks[next].t == 'Header' then
      return nil
    end
  end
end

local function head_of(header, labels)
  local number, kind = header.attributes.number, header.attributes.kind
  local text = plain(pandoc.Para(header.content)).content
  if number then
    text:insert(1, pandoc.Space())
    text:insert(1, pandoc.Str(kind == 'appendix'
      and pandoc.utils.stringify(labels.appendix) .. '\u{a0}' .. number or number))
  end
  return pandoc.Para({ pandoc.Strong(text) })
end

-- Identifier -> blocks that show what has it, of those that are asked for.
local function previews(blocks, asked, labels)
  local found = {}
  local function note(element, shown)
    if asked[element.identifier] then
      found[element.identifier] = shown
    end
  end
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and asked[block.identifier] then
      note(block, { head_of(block, labels), first_words(blocks, index) })
    end
  end
  blocks:walk({
    Figure = function(figure)
      note(figure, { caption_of(figure, 'figure', labels) })
    end,
    Table = function(element)
      if element.attributes.number then
        note(element, { caption_of(element, 'table', labels), first_rows(element) })
      end
    end,
    Span = function(span)
      local math = span.content[1]
      if math and math.t == 'Math' and span.identifier ~= '' then
        local name = pandoc.utils.stringify(labels.equation) .. '\u{a0}' .. span.attributes.number
        note(span, { pandoc.Para(name), pandoc.Para({ math }) })
      end
    end,
  })
  return found
end

local function sorted(set)
  local names = pandoc.List()
  for name in pairs(set) do
    names:insert(name)
  end
  names:sort()
  return names
end

local function carried(found)
  local blocks = pandoc.Blocks({})
  for _, name in ipairs(sorted(found)) do
    blocks:insert(pandoc.Div(found[name], { ['data-of'] = name }))
  end
  local html = pandoc.write(pandoc.Pandoc(blocks), 'html', { html_math_method = 'mathml', wrap_text = 'none' })
  return pandoc.MetaBlocks({ pandoc.RawBlock('html', '<template id="elsewhere">\n' .. html .. '\n</template>') })
end

function Pandoc(doc)
  if not doc.meta.part then
    return nil
  end
  local labels, part = doc.meta.labels, pandoc.utils.stringify(doc.meta.part)
  local other = pandoc.utils.stringify(doc.meta['other-page'])
  local first = first_appendix(doc.blocks)
  local before = pandoc.Blocks({ table.unpack(doc.blocks, 1, first - 1) })
  local after = pandoc.Blocks({ table.unpack(doc.blocks, first) })
  local is_supplement = part == 'supplement'
  local kept, away = before, after
  if is_supplement then
    kept, away = after, before
    local words = pandoc.utils.stringify
    doc.meta.pagetitle = words(labels.supplement) .. words(labels.colon) .. words(doc.meta.title)
    doc.meta.subtitle = doc.meta.title
    doc.meta.title = labels.supplement
    doc.meta['reference-section-title'] = labels.references
  end
  if #away > 0 then
    doc.meta['elsewhere-title'] = is_supplement and labels.report or labels.supplement
    doc.meta.elsewhere = heads(away, other, pandoc.utils.stringify(labels.appendix))
  end
  local there, asked = identifiers(away), {}
  doc.blocks = kept:walk({
    Link = function(link)
      local name = link.target:match('^#(.+)$')
      if name and there[name] then
        link.target = other .. '#' .. name
        asked[name] = link.classes:includes('reference')
        return link
      end
    end,
  })
  doc.meta.carried = carried(previews(away, asked, labels))
  doc.meta.away = pandoc.MetaString(table.concat(sorted(there), ' '))
  return doc
end
