//! What no file may do to the app, input by input, and which test shows that it does not.
#![allow(clippy::unwrap_used)]

/// An input, and the tests that meet it: a file and a name in it.
const SHOWN: &[(&str, &[(&str, &str)])] = &[
    (
        "a zip bomb",
        &[
            ("crates/files/tests/sheet.rs", "fn bombs_and_broken_files_are_refused"),
            ("crates/files/tests/wrapping.rs", "fn a_bomb_a_cut_and_a_flip_are_told_apart"),
        ],
    ),
    (
        "a cell at XFD1048576",
        &[("crates/files/tests/sheet.rs", "fn a_lonely_cell_far_away_costs_nothing_and_is_refused_with_its_place")],
    ),
    (
        "a cell of 10 MB",
        &[
            ("crates/domain/tests/import_sources.rs", "fn a_huge_cell_costs_its_own_row_only"),
            ("crates/files/tests/sheet.rs", "fn a_huge_cell_is_refused_with_its_place"),
        ],
    ),
    (
        "a CSV without a line break",
        &[
            ("crates/domain/tests/import_sources.rs", "fn a_text_without_line_breaks_is_refused"),
            ("tests/e2e/bad-files.spec.ts", "一行.csv"),
        ],
    ),
    (
        "NUL bytes",
        &[
            ("crates/domain/tests/import_sources.rs", "fn nuls_and_repeated_headings_are_named"),
            ("tests/e2e/bad-files.spec.ts", "空字符.csv"),
        ],
    ),
    (
        "lone surrogates",
        &[
            ("crates/domain/tests/import_sources.rs", "fn json_that_is_no_list_of_records_is_refused_with_its_place"),
            ("crates/domain/tests/snapshot.rs", "fn half_a_character_in_a_change_is_named_by_its_line"),
            ("tests/e2e/bad-files.spec.ts", "半个字.json"),
        ],
    ),
    (
        "nesting 100,000 deep",
        &[
            ("crates/domain/tests/import_sources.rs", "fn nesting_a_hundred_thousand_deep_is_refused"),
            (
                "crates/domain/tests/snapshot.rs",
                "fn a_change_that_cannot_be_read_is_named_by_its_line_though_its_checksum_is_right",
            ),
            ("tests/e2e/bad-files.spec.ts", "很深.json"),
        ],
    ),
    (
        "duplicate ids",
        &[
            (
                "crates/domain/tests/import_rules.rs",
                "fn one_code_twice_with_different_contents_is_refused_from_json_too",
            ),
            (
                "crates/domain/tests/snapshot.rs",
                "fn a_change_given_twice_is_one_and_unknown_members_of_the_header_are_passed_over",
            ),
            ("crates/fuzz/tests/records.rs", "fn foreign_changes"),
        ],
    ),
    (
        "a wrong checksum",
        &[
            ("crates/domain/tests/snapshot.rs", "fn what_was_altered_is_named_by_its_part"),
            ("tests/e2e/bad-files.spec.ts", "改过.json"),
        ],
    ),
    (
        "a truncated file",
        &[
            ("crates/domain/tests/laws.rs", "fn a_file_cut_or_changed_anywhere_is_refused"),
            ("tests/e2e/bad-files.spec.ts", "半截.json"),
        ],
    ),
    (
        "chunks swapped",
        &[
            ("crates/domain/tests/snapshot.rs", "fn what_was_altered_is_named_by_its_part"),
            ("crates/files/src/seal/tests.rs", "fn what_was_done_to_a_sealed_file_is_told"),
        ],
    ),
    (
        "a wrong passphrase, told apart from a damaged file",
        &[
            ("crates/files/src/seal/tests.rs", "fn a_sealed_file_opens_with_its_passphrase_only"),
            ("crates/files/tests/wrapping.rs", "fn a_copy_opens_whatever_it_is_wrapped_in"),
        ],
    ),
    (
        "a newer version",
        &[
            ("crates/domain/tests/laws.rs", "fn files_that_are_no_backup_say_what_they_are"),
            ("tests/e2e/bad-files.spec.ts", "将来.json"),
        ],
    ),
    (
        "unknown fields, kept",
        &[("crates/domain/tests/snapshot.rs", "fn kinds_and_fields_nobody_knows_are_kept_byte_for_byte")],
    ),
];

#[test]
fn every_hostile_input_has_a_test_that_shows_it() {
    for (input, tests) in SHOWN {
        assert!(!tests.is_empty(), "{input}");
        for (file, name) in *tests {
            let path = format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(name), "{input}: {file} has no {name:?}");
        }
    }
}
