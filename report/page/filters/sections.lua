-- For the PDF, each section is a call of page.typ's `section`, so that its lines and the gaps
-- between its parts can be set a little closer or wider than those of others (typesetting.py).

local LOWEST = 2 -- level of the last headings that begin such a section

local function raw(text)
  return pandoc.RawBlock('typst', text)
end

function Pandoc(document)
  local number = 0
  local blocks = pandoc.Blocks({ raw('#section(0)[') })
  for _, block in ipairs(document.blocks) do
    if block.t == 'Header' and block.level <= LOWEST then
      number = number + 1
      blocks:insert(raw(']'))
      if block.attributes['first-appendix'] then
        blocks:insert(raw('#show: appendix'))
      end
      blocks:insert(raw(('#section(%d)['):format(number)))
    end
    blocks:insert(block)
  end
  blocks:insert(raw(']'))
  document.blocks = blocks
  return document
end
