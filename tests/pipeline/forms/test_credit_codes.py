from pipeline.forms.codes import ALPHABET, code_check_ok, is_code


def test_the_check_character_of_a_code_is_that_of_the_standard():
    # The example of GB 32100-2015, annex A.
    assert code_check_ok("91350100M000100Y43")
    assert not code_check_ok("91350100M000100Y44")


def test_every_single_wrong_character_is_noticed():
    code = "91350100M000100Y43"
    for i in range(18):
        for c in ALPHABET:
            if c != code[i]:
                assert not code_check_ok(code[:i] + c + code[i + 1 :])


def test_a_text_that_is_no_code_has_no_valid_check_character():
    assert not code_check_ok("")
    assert not is_code("91350100M00010OY43")
    assert is_code(" 91350100m000100y43 ")
