"""Words that carry no news of their own, per language: articles, prepositions, auxiliaries, pronouns, "said".

They are left out when two sentences are compared. In normal form (folded).
"""

from __future__ import annotations

_WORDS = {
    "en": """a an the of and or but to in on at by for with from into onto over under after before since until till about
        as than then that this these those there here it its he his him she her they them their theirs we our us you your i my me
        who whom whose which what when where why how is are was were be been being am do does did done has have had having will would
        shall should can could may might must not no nor so such also too very more most much many some any all both each every other another
        one ones own same only just even still yet already again now while during between among through against without within because if though
        although however out up down off near said says say saying told tell tells according added adding new old like per via
        s t d ll re ve m t""",
    "es": """el la los las lo un una unos unas de del al a en y e o u pero ni que con por para sin sobre entre desde hasta hacia segun tras
        ante bajo contra durante mediante se su sus le les me te nos mi tu es son era eran fue fueron ser sido siendo esta estan estaba estaban
        estar estuvo estado hay haber ha han habia habian hubo he este esta estos estas ese esa esos esas aquel aquella eso esto como cuando
        donde cuyo cuya cual cuales quien quienes muy mas menos mucho mucha muchos muchas poco todo toda todos todas otro otra otros otras
        mismo misma tambien tampoco ya aun todavia solo no si porque aunque mientras asi alli aqui dijo dice
        dijeron decir senalo indico anadio explico
        ademas luego entonces cada tan tanto ello ella ellos ellas el""",
    "fr": """le la les l un une des de du d au aux a en et ou mais ni que qu qui dont ou ce cet cette ces c se s sa son ses leur leurs lui il elle
        ils elles on nous vous je me ma mon mes notre nos votre y est sont etait etaient etre ete sera fut furent a ont avait avaient avoir eu
        pour par sur sous dans avec sans entre vers chez depuis jusqu avant apres selon contre pendant comme quand si ne pas plus moins tres
        tout toute tous toutes autre autres meme memes aussi encore deja alors donc car puis ainsi cela ca dit ont a declare indique ajoute
        n j m t""",
    "pt": """o a os as um uma uns umas de do da dos das em no na nos nas ao aos por pelo pela pelos pelas para com sem sob sobre entre
        desde ate e ou mas nem que se seu sua seus suas lhe lhes me te nos ele ela eles elas isto isso este esta estes estas esse essa esses essas
        aquele aquela e sao era eram foi foram ser sido esta estao estava estavam estar ha ter tem tinha tinham houve havia haviam como quando onde
        cujo cuja qual quais quem muito muita muitos muitas mais menos pouco todo toda todos todas outro outra outros outras mesmo mesma
        tambem ja ainda so nao sim porque embora enquanto assim disse dizem diz afirmou segundo apos num numa""",
    "nl": """de het een en of maar want van in op te ten ter tot naar aan bij met zonder voor over onder tussen door uit om na sinds tijdens
        tegen volgens is zijn was waren ben bent wordt worden werd werden geworden heeft hebben had hadden gehad zal zullen zou zouden kan kunnen
        kon konden moet moeten moest mag mogen niet geen ook nog al reeds wel er hier daar die dat deze dit wie wat waar wanneer hoe
        hij zij ze het hun hen haar hem wij we ons onze u uw ik mijn me zich zelf als dan toen omdat hoewel terwijl zo zeer meer meest
        minder veel alle alles elke ieder andere ander zei zegt zeiden aldus dus""",
}
#: language → its common words, in normal form
COMMON = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_EVERY = frozenset().union(*COMMON.values())


def is_common(folded: str, language: str) -> bool:
    """Whether a folded word says nothing by itself in `language` (in any of the five, where it is unknown)."""
    return folded in COMMON.get(language, _EVERY)
