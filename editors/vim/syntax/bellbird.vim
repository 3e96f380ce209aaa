" Syntax of bellbird policies. Generated from the tokens and the grammar of the language.

if exists('b:current_syntax')
  finish
endif

syntax iskeyword @,48-57,_,-
syntax sync minlines=50

syntax match bellbirdName "\v%(%(in|not)>)@![A-Za-z][A-Za-z0-9_-]*" contained
syntax keyword bellbirdStatement nextgroup=bellbirdName skipwhite filter let peer range template
syntax keyword bellbirdStatement exclude guard include service speaker test use
syntax keyword bellbirdVerb accept advertises reject update withholds
syntax keyword bellbirdOperator and in matches not or starts
syntax keyword bellbirdClause every except for from if no node then to used when where with within
syntax keyword bellbirdSetting add-paths address advertise advertise-delay allow-local-as as authentication bfd cluster community confirm connect-retry description endpoints exclude-label expect export export-limit extended-next-hop family graceful-restart hold-time import import-limit install keepalive limit listen local-as local-pref long-lived-graceful-restart loop-protection max-routes max-withdraw med multihop next-hop nodes passive password prepend remove require role router-id source transit ttl-security wait-for
syntax keyword bellbirdField aggregate annotation as-path class cordoned exact interface internal-traffic-policy kind label length name namespace peer-type prefix taint traffic-policy type zone
syntax keyword bellbirdConstant accept-own algorithm all all-nodes auto blackhole block calico cluster-ip default disable drop ebgp endpoint endpoint-nodes env external external-ip file gateway graceful-shutdown http ibgp internal interval ipv4 ipv6 keep key key-id llgr-stale load-balancer-ip local md5 multiplier no-advertise no-export no-export-subconfed no-llgr no-peer none nothing off on port prefixes ready ready-or-last remote restart routes secret self services serving tcp-ao warn

syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%([Aa][Ss]\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\/\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+\%%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+%(ms|s|m|h)%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+\.\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdPath ;\v[A-Za-z0-9_.:/%*-]@<!%([A-Za-z0-9*][A-Za-z0-9*-]*\/[A-Za-z0-9*][A-Za-z0-9*-]*%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+:\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+:\d+:\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(%(rt|ro|generic):\d+:\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+\.\d+\.\d+\.\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(\d+\.\d+\.\d+\.\d+\/\d+%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(%([0-9A-Fa-f]*:%([0-9A-Fa-f]+:)*:|:%(:|[0-9A-Fa-f])|%([0-9A-Fa-f]+:){7}[0-9A-Fa-f])@=[0-9A-Fa-f:]+%(\d+\.\d+\.\d+\.\d+)?%(\%[A-Za-z0-9_.-]+)?%([A-Za-z0-9_.:/%*-])@!);
syntax match bellbirdNumber ;\v[A-Za-z0-9_.:/%*-]@<!%(%([0-9A-Fa-f]*:%([0-9A-Fa-f]+:)*:|:%(:|[0-9A-Fa-f])|%([0-9A-Fa-f]+:){7}[0-9A-Fa-f])@=[0-9A-Fa-f:]+%(\d+\.\d+\.\d+\.\d+)?%(\%[A-Za-z0-9_.-]+)?\/\d+%([A-Za-z0-9_.:/%*-])@!);

syntax match bellbirdOperator "\v[=!<>]\=|[<>=]"
syntax match bellbirdEscape +\v\\%(["\\nt]|u\{[0-9A-Fa-f]+\})+ contained
syntax region bellbirdString start=+"+ skip=+\\.+ end=+"+ oneline contains=bellbirdEscape
syntax match bellbirdComment "#.*$" contains=@Spell

highlight default link bellbirdStatement Structure
highlight default link bellbirdName Identifier
highlight default link bellbirdVerb Statement
highlight default link bellbirdOperator Operator
highlight default link bellbirdClause Keyword
highlight default link bellbirdSetting Type
highlight default link bellbirdField Special
highlight default link bellbirdConstant Constant
highlight default link bellbirdNumber Number
highlight default link bellbirdPath Directory
highlight default link bellbirdString String
highlight default link bellbirdEscape SpecialChar
highlight default link bellbirdComment Comment

let b:current_syntax = 'bellbird'
