-- A page shows its own figures alone, and leads nowhere but to its parts, to the other page of the
-- report and to the web.  Runs after citeproc, whose entries have links of their own, and gives the
-- document back its language, which tables.lua hid from it.

local problems = {}

local function check_image(image)
  if not image.src:match('^figures/[%w_-]+%.svg$') then
    problems[#problems + 1] = 'an image that is no figure of this report: ' .. image.src
  end
end

function Pandoc(doc)
  local other = doc.meta['other-page'] and pandoc.utils.stringify(doc.meta['other-page']) .. '#'
  doc.blocks:walk({
    Image = check_image,
    Link = function(link)
      local target = link.target
      local is_ours = target:match('^#') or (other and target:sub(1, #other) == other)
      if not (is_ours or target:match('^https?://')) then
        problems[#problems + 1] = 'a link that is neither #name nor http(s)://: ' .. target
      end
    end,
  })
  if #problems > 0 then
    io.stderr:write('LAB: ' .. table.concat(problems, '; ') .. '\n')
    os.exit(83)
  end
  doc.meta.lang = doc.meta['report-lang']
  return doc
end
