-- Numbers sections, figures, tables and equations, and fills in empty links to them, in two
-- passes: [](#fig-x) becomes "Figure 3", [](#fig-x){.number} becomes "3".  Everything unknown,
-- doubled or without its words for a blind reader is collected and stops the build.

local numbers = {} -- identifier -> { kind, text }
local problems = {}

local function problem(message)
  problems[#problems + 1] = message
end

local function register(identifier, kind, text)
  if numbers[identifier] then
    problem('two things are called #' .. identifier)
  end
  numbers[identifier] = { kind = kind, text = text }
end

-- Sections: 1, 1.1, ...; from the first .appendix on A, A.1, ...
local section = { counts = {}, appendix = false }

local function number_header(header)
  if header.classes:includes('unnumbered') then
    return nil
  end
  if header.level == 1 and header.classes:includes('appendix') and not section.appendix then
    section.appendix = true
    section.counts = {}
    header.attributes['first-appendix'] = 'true'
  end
  local counts = section.counts
  counts[header.level] = (counts[header.level] or 0) + 1
  for level = header.level + 1, 6 do
    counts[level] = 0
  end
  local parts = {}
  for level = 1, header.level do
    local count = counts[level] or 0
    parts[level] = (level == 1 and section.appendix) and string.char(64 + count) or tostring(count)
  end
  local number = table.concat(parts, '.')
  local kind = (section.appendix and header.level == 1) and 'appendix' or 'section'
  register(header.identifier, kind, number)
  header.attributes.number = number
  header.attributes.kind = kind
  return header
end

local counts = { figure = 0, table = 0, equation = 0 }

local function next_number(kind, identifier, prefix)
  if identifier:sub(1, #prefix) ~= prefix then
    problem(('a %s needs a name such as {#%sname}, this one has %q'):format(kind, prefix, identifier))
  end
  counts[kind] = counts[kind] + 1
  local number = tostring(counts[kind])
  register(identifier, kind, number)
  return number
end

local function number_figure(figure)
  figure.attributes.number = next_number('figure', figure.identifier, 'fig-')
  figure:walk({
    Image = function(image)
      -- pandoc moves alt="..." into the image's own caption, and puts the figure's there without
      local alt = pandoc.utils.stringify(image.caption)
      if alt == '' or alt == pandoc.utils.stringify(figure.caption.long) then
        problem('figure #' .. figure.identifier .. ' needs alt="what it shows"')
      end
    end,
  })
  return figure
end

local function number_table(element)
  if element.identifier == '' and #element.caption.long == 0 then
    return nil -- a small table inside the text
  end
  element.attributes.number = next_number('table', element.identifier, 'tbl-')
  return element
end

local function is_display(inline)
  return inline and inline.t == 'Math' and inline.mathtype == 'DisplayMath'
end

local function number_equation(span)
  if not is_display(span.content[1]) then
    return nil
  end
  if (span.attributes.alt or '') == '' then
    problem('an equation needs alt="how one reads it": ' .. span.content[1].text)
  end
  if span.identifier ~= '' then
    span.attributes.number = next_number('equation', span.identifier, 'eq-')
  end
  return span
end

-- A displayed equation without a span has no words for a blind reader.
local function check_bare_equation(paragraph)
  for _, inline in ipairs(paragraph.content) do
    if is_display(inline) then
      problem('write displayed equations as [$$...$$]{alt="how one reads it"}: ' .. inline.text)
    end
  end
end

local function stringify(value)
  return value and pandoc.utils.stringify(value) or ''
end

local function resolve(link, labels)
  local identifier = link.target:match('^#(.+)$')
  if #link.content > 0 or not identifier then
    return nil
  end
  local target = numbers[identifier]
  if not target then
    problem('unknown reference #' .. identifier)
    return nil
  end
  local bare = link.classes:includes('number')
  local after = stringify(labels[target.kind .. '_after']) -- a word behind the number
  if FORMAT:match('typst') then
    local call = bare and '#ref(<%s>, supplement: none)' or '#ref(<%s>)'
    if not bare and after ~= '' then
      call = call .. '#text(fill: accent)[~' .. after .. ']'
    end
    return pandoc.RawInline('typst', call:format(identifier))
  end
  local text = target.text
  if not bare then
    text = stringify(labels[target.kind]) .. '\u{a0}' .. text
    text = after == '' and text or text .. '\u{a0}' .. after
  end
  return pandoc.Link(text, link.target, '', { class = 'reference' })
end

return {
  {
    Header = number_header,
    Figure = number_figure,
    Table = number_table,
    Span = number_equation,
    Para = check_bare_equation,
    Plain = check_bare_equation,
  },
  {
    Pandoc = function(doc)
      doc.blocks = doc.blocks:walk({
        Link = function(link)
          return resolve(link, doc.meta.labels)
        end,
      })
      if #problems > 0 then
        io.stderr:write('LAB: ' .. table.concat(problems, '; ') .. '\n')
        os.exit(83)
      end
      return doc
    end,
  },
}
