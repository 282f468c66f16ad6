-- Keeps one part of a report that is read on two pages: "lab-report", what comes before the first
-- appendix, or "supplement", the appendices.  All is numbered before that, so that "Table 30" is
-- the same everywhere; a link to the other part leads to its page.  Without a part, nothing is done.

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
  local there = identifiers(away)
  doc.blocks = kept:walk({
    Link = function(link)
      local name = link.target:match('^#(.+)$')
      if name and there[name] then
        link.target = other .. '#' .. name
        return link
      end
    end,
  })
  return doc
end
