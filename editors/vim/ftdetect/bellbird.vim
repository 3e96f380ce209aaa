autocmd BufRead,BufNewFile *.bell setfiletype bellbird
