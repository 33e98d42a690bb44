"""Figures as chains of values: what replaces what, and what does not."""

from __future__ import annotations

from newsdesk import Desk

from monitor.model import Kind

FIRST = "A US strike on a boat in the eastern Pacific killed three people on Sunday, the Pentagon said."


def test_another_source_with_another_count_contradicts():
    desk = Desk()
    desk.read(
        "Cholera kills 21", "Cholera has killed 21 people in Port-au-Prince, the health ministry said on Thursday."
    )
    (said,) = desk.read(
        "Doctors count more",
        "Doctors in Port-au-Prince put the number of cholera deaths at 34, against the 21 counted by the ministry.",
    )
    assert (said.kind, said.old, said.new) == (Kind.CONTRADICTION, 21, 34)


def test_the_dead_of_another_strike_replace_nothing():
    desk = Desk()
    desk.read("Strike kills three", FIRST)
    said = desk.read(
        "Second boat struck",
        "The Pentagon said on Monday it had struck a second boat in the Caribbean, killing four people.",
    )
    assert said
    assert all(one.old is None for one in said)


def test_what_the_twelfth_shipment_carried_is_no_value_of_the_thirteenth():
    desk = Desk()
    desk.read(
        "Twelfth shipment leaves",
        "The twelfth relief shipment left Bridgetown on Tuesday. It carries 84 tonnes of rice.",
    )
    said = desk.read(
        "Thirteenth shipment leaves",
        "The thirteenth relief shipment left Bridgetown on Saturday. It carries 96 tonnes of rice.",
    )
    assert all(one.old is None for one in said)


def test_a_rough_number_says_the_exact_one_again():
    desk = Desk()
    desk.read("5,300 displaced", "In all 5,300 people have fled the town of Marchand, the UN said on Tuesday.")
    said = desk.read(
        "Plus de cinq mille déplacés", "Plus de cinq mille personnes ont fui la ville de Marchand, selon l'ONU.", "fr"
    )
    assert all(one.old is None for one in said)


def test_a_part_is_no_value_of_the_whole():
    desk = Desk()
    desk.read(
        "4,500 Marines and sailors",
        "About 4,500 US Marines and sailors are aboard warships in the Caribbean, the Pentagon said.",
    )
    said = desk.read("Marines", "Some 2,200 of them are Marines, the Pentagon said of the force in the Caribbean.")
    assert all(one.old is None for one in said)


def test_a_bare_total_takes_its_thing_from_the_old_value_beside_it():
    desk = Desk()
    desk.read("120 freed", "Venezuela's interior ministry said on Thursday that 120 prisoners had been freed.")
    (said,) = desk.read(
        "More freed",
        "A second group has left prison, the interior ministry said, which takes the total to 187 from 120.",
    )
    assert (said.old, said.new) == (120, 187)


def test_miles_and_kilometres_are_one_chain():
    desk = Desk()
    desk.read("Odette nears", "Hurricane Odette had sustained winds of 110 mph on Monday morning, forecasters said.")
    said = desk.read(
        "Odette se renforce", "L'ouragan Odette a des vents soutenus de 177 km/h, selon les prévisionnistes.", "fr"
    )
    assert all(one.old is None for one in said)


def test_what_was_corrected_is_not_told_again_under_another_name():
    desk = Desk()
    desk.read("Vaccines", "Some 50,000 doses of vaccine are due in Cap-Haïtien on Thursday, the ministry said.")
    assert desk.read("Vaccines land", "The plane brought 30,000, and not 50,000 as announced.")
    found = desk.read("Vaccination begins", "Vaccination began with 30,000 doses on Friday, the ministry said.")
    assert not [one for one in found if one.old is not None]


def test_a_part_of_a_whole_replaces_no_whole():
    desk = Desk()
    desk.read("Polls close", "Polls closed on Monday. Voters chose a parliament of 51 seats.")
    found = desk.read("Opposition leads", "The opposition was leading for 18 of 51 seats on Tuesday, the office said.")
    assert not [one for one in found if one.old is not None]


def test_a_number_in_a_name_counts_nothing():
    found = Desk().read("Owner speaks", "The owner, Two Isles Line, denied on Monday that the ferry was overloaded.")
    assert not [one for one in found if one.new is not None]


def test_the_old_value_may_stand_far_behind_the_new_one():
    desk = Desk()
    desk.read("Once muertos", "La cifra de muertos en el naufragio del ferry es de once, dijo la policía.", "es")
    desk.read("Siete", "Al principio se habló de siete muertos en el naufragio del ferry.", "es")
    text = "Las autoridades corrigieron a diez el número de muertos en el naufragio del ferry, desde once."
    found = desk.read("Corrigen", text, "es")
    assert [(one.kind, one.old, one.new) for one in found] == [(Kind.CORRECTION, 11, 10)]


def test_a_lower_count_of_another_origin_contradicts_and_does_not_supersede():
    desk = Desk()
    desk.read(
        "Attack",
        "At least 28 people were killed in the attack on Marchand on Sunday, a rights network said.",
        publisher="Wire",
    )
    (said,) = desk.read(
        "Police", "Fifteen people died in the attack on Marchand on Sunday, the police said.", publisher="Gazette"
    )
    assert (said.kind, said.old, said.new) == ("contradiction", 28, 15)
