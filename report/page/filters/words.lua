-- Says which texts hold more than words: `pandoc lua words.lua` reads
--   {"texts": {place: markdown, ...}, "attributes": [those that a number may have]}
-- and writes {place: what it holds} of those that do.  Everything that is not listed here is
-- refused, so that what another version of pandoc adds is refused too.

local INLINE = {
  Str = true, Space = true, SoftBreak = true, LineBreak = true, Emph = true, Strong = true, Quoted = true,
  Superscript = true, Subscript = true, Strikeout = true, SmallCaps = true, Cite = true, Code = true, Math = true,
  Span = true, Link = true,
}
local BLOCK = { Para = true, Plain = true }
local NAMES = {
  Image = 'an image', RawInline = 'raw code', RawBlock = 'raw code', Note = 'a footnote', Figure = 'an image',
}

local asked = pandoc.json.decode(io.read('a'), false)
local attributes = {}
for _, name in ipairs(asked.attributes) do
  attributes[name] = true
end

local function found_in(element)
  if element.t == 'Link' and not (element.target:match('^#[%w_-]+$') and element.title == '') then
    return 'a link to ' .. element.target
  end
  if element.t == 'Span' or element.t == 'Link' or element.t == 'Code' then
    if element.identifier ~= '' then
      return 'the name #' .. element.identifier
    end
    for name in pairs(element.attributes) do
      if not attributes[name] then
        return 'the attribute ' .. name
      end
    end
  end
end

-- What stands alone here could be paired with a sign of the text beside it, and make a link of both.
local function unpaired(text)
  if not text:find('[%[%]`<&]') then
    return nil
  end
  local depth, found = 0, nil
  local bare = pandoc.read(text:gsub('\\%p', ''), 'markdown+east_asian_line_breaks')
  bare.blocks:walk({
    Str = function(str)
      for sign in str.text:gmatch('[%[%]`]') do
        depth = depth + (sign == '[' and 1 or -1)
        found = found or ((depth < 0 or sign == '`') and sign)
      end
      found = found or str.text:match('<[%a/!?]')
    end,
  })
  found = found or (depth > 0 and '[')
  return found and 'a lone ' .. found
end

-- One line that begins with a word, with no sign that could mark anything: most texts, which skip
-- the parser.
local function plain(text)
  return text:match('^[%a\128-\255]+[ ,]') and not text:find('[^%w\128-\255 .,;:?%%\'"()/-]')
end

local function check(text)
  if plain(text) then
    return nil
  end
  local found
  local function inspect(allowed)
    return function(element)
      found = found or (not allowed[element.t] and (NAMES[element.t] or 'a ' .. element.t)) or found_in(element)
    end
  end
  local doc = pandoc.read(text, 'markdown+east_asian_line_breaks')
  doc.blocks:walk({ Block = inspect(BLOCK), Inline = inspect(INLINE) })
  return found or (#doc.blocks > 1 and 'several paragraphs') or (next(doc.meta) and 'a front matter') or unpaired(text) or nil
end

local answer = {}
for place, text in pairs(asked.texts) do
  answer[place] = check(text)
end
io.write(next(answer) and pandoc.json.encode(answer) or '{}')
