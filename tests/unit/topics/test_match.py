"""What a query finds in an item, and the reason it gives."""

from __future__ import annotations

from desk import item, lexicon, match, matcher

from monitor.model import Topic
from monitor.topics.match import Matcher


def test_case_and_accents_are_folded():
    assert match("curacao", "CURAÇAO cierra su frontera")
    assert match("Bogotá", "bogota amanece sin luz")


def test_accents_written_as_characters_of_their_own_are_folded_too():
    assert match("mérida", "Una explosión en Me\u0301rida")


def test_whole_words_are_matched():
    assert match("oman", "Romania and Roman law") is None
    assert match("war", "software") is None


def test_a_prefix_matches_the_beginning_of_a_word_only():
    assert match("guyan*", "Guyanese voters")
    assert match("guyan*", "preguyanese") is None


def test_a_phrase_matches_over_any_white_space_and_punctuation():
    assert match('"fuerza armada"', "La fuerza\n  armada, dijo")
    assert match('"fuerza armada"', "La fuerza de la armada") is None
    assert match('"porte avions"', "Le porte-avions est là")
    assert match("porte-avions", "Le porte avions est là")


def test_a_phrase_may_end_in_a_prefix():
    assert match('"corte suprem*"', "La Corte Suprema decide")


def test_words_are_found_in_every_script():
    assert match("委内瑞拉", "特朗普谈委内瑞拉局势")
    assert match("венесуэла", "Новости: Венесуэла и США")
    assert match("فنزويلا", "رئيس فنزويلا يعلن")
    assert match("ベネズエラ", "米国とベネズエラの関係")


def test_no_phrase_reaches_from_the_title_into_the_text():
    assert match('"dead men"', "Four dead", "Men in boats") is None
    assert match("NEAR/3(dead men)", "Four dead", "Men in boats") is None


def test_near_counts_the_words_between():
    assert match("NEAR/2(maduro trump)", "Maduro speaks with Trump")
    assert match("NEAR/2(maduro trump)", "Trump: a call with Maduro") is None
    assert match("NEAR/3(trump maduro)", "Trump: a call with Maduro")
    assert match("NEAR/2(trump (maduro OR petro))", "Petro answers Trump")


def test_fields_look_only_where_they_say():
    assert match("title:maduro", "Maduro speaks", "text")
    assert match("title:maduro", "News", "Maduro speaks") is None
    assert match("body:maduro", "News", "Maduro speaks")
    assert match("body:maduro", "Maduro speaks", "text") is None


def test_the_summary_is_searched_where_it_says_something_else():
    found = matcher("caracas").match(
        item("News", "A long text of many words, which says nothing of it.", summary="From Caracas")
    )
    assert [(term.field, term.start) for term in found[0].terms] == [("summary", 5)]


def test_feed_is_the_feed_or_its_outlet():
    assert match("feed:reuters", "News", publisher="Reuters Latin America")
    assert match("feed:reuters-world", "News", feed="reuters-world")
    assert match('feed:"el nacional"', "News", family="El Nacional")
    assert match("feed:reuters", "News about Reuters", publisher="EFE") is None


def test_lang_is_the_language_of_the_item():
    assert match("lang:es", "Noticias", language="es-VE")
    assert match("lang:es", "News", language="en") is None
    assert match("lang:es", "El gobierno de la ciudad dijo que los precios de la gasolina", language="")


def test_star_wants_everything():
    found = match("*", "Anything at all")
    assert found is not None
    assert found.score == 1.0


def test_not_leaves_out():
    assert match("caracas NOT béisbol", "Caracas, noche de beisbol") is None
    assert match("caracas NOT béisbol", "Caracas sin luz")


def test_a_regular_expression_is_blind_to_case_and_knows_its_place():
    found = match("/apag[oó]n(es)?/", "Tres APAGONES en un día")
    assert found is not None
    assert [(term.field, term.start, term.end) for term in found.terms] == [("title", 5, 13)]


def test_a_name_is_any_of_its_aliases():
    words = lexicon()
    assert match('name:"United States"', "EE. UU. sanciona a tres funcionarios", words=words, language="es")
    assert match("name:cuba", "De Cubaanse regering spreekt", words=words, language="nl")
    assert match('name:"Nobody Known"', "A report on nobody known", words=words)


def test_an_ambiguous_name_counts_only_in_company():
    words = lexicon()
    assert match("in:guyana", "Georgetown prepares", "Voters in Guyana wait.", words=words)
    assert match("in:guyana", "Georgetown students win", "The university in Washington said so.", words=words) is None


def test_in_finds_what_lies_there():
    words = lexicon()
    assert match("in:venezuela", "Explosion at Amuay", "A tank burned.", words=words)
    assert match("in:grenada", "Hurricane hits Carriacou", words=words)
    assert match("in:grenada", "Hurricane hits Barbados", words=words) is None


def test_figure_reads_numbers_with_what_they_count():
    assert match("figure:dead>10", "Blast", "The explosion killed twelve people.")
    assert match("figure:dead>10", "Blast", "The explosion killed three people.") is None
    assert match("figure:dead>10", "Explosión", "Murieron 15 personas en la explosión.", language="es")
    assert match("figure:dead", "Blast", "The explosion killed three people.")
    assert match("figure:dead>10", "Blast", "The company has 12 offices.") is None


def test_the_terms_say_where_they_stand_in_the_text_as_written():
    text = "Le cœur de l’île: Caracas, México y Curaçao."
    found = match("caracas OR curaçao", "…", text, language="fr")
    assert found is not None
    assert [text[term.start : term.end] for term in found.terms] == ["Caracas", "Curaçao"]
    assert {term.field for term in found.terms} == {"content"}


def test_all_topics_are_matched_at_once_and_in_their_order():
    topics = [
        Topic(id=name, name=name, query=query) for name, query in [("b", "cuba"), ("a", "haiti"), ("c", "NOT cuba")]
    ]
    found = Matcher(topics, lexicon()).match(item("Haiti and Cuba talk"))
    assert [one.topic for one in found] == ["b", "a"]


def test_explain_says_why_and_why_not():
    desk = Matcher([Topic(id="v", name="V", query="caracas NOT (béisbol OR cine)")], lexicon())
    wanted = "\n".join(desk.explain(item("Caracas sin luz", "Un apagón en Caracas.", language="es"), "v"))
    assert "wanted" in wanted
    assert "caracas: title 0, content 13" in wanted
    refused = "\n".join(desk.explain(item("Caracas, noche de béisbol", language="es"), "v"))
    assert "not wanted" in refused
    assert "left out by NOT béisbol" in refused
    assert "none of its words" in "\n".join(desk.explain(item("Snow in Oslo"), "v"))
    assert "no such topic" in "\n".join(desk.explain(item("Snow in Oslo"), "x"))
