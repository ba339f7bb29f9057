"""When support ends: .NET by <https://dotnet.microsoft.com/platform/support/policy>, Node by
<https://github.com/nodejs/release#release-schedule>; read in November 2025.
"""  # noqa: D205

from __future__ import annotations

from datetime import date

DOTNET = {
    "1.0": date(2019, 6, 27),
    "1.1": date(2019, 6, 27),
    "2.0": date(2018, 10, 1),
    "2.1": date(2021, 8, 21),
    "2.2": date(2019, 12, 23),
    "3.0": date(2020, 3, 3),
    "3.1": date(2022, 12, 13),
    "5.0": date(2022, 5, 10),
    "6.0": date(2024, 11, 12),
    "7.0": date(2024, 5, 14),
    "8.0": date(2026, 11, 10),
    "9.0": date(2026, 11, 10),
    "10.0": date(2028, 11, 14),
}

NODE = {
    "12": date(2022, 4, 30),
    "13": date(2020, 6, 1),
    "14": date(2023, 4, 30),
    "15": date(2021, 6, 1),
    "16": date(2023, 9, 11),
    "17": date(2022, 6, 1),
    "18": date(2025, 4, 30),
    "19": date(2023, 6, 1),
    "20": date(2026, 4, 30),
    "21": date(2024, 6, 1),
    "22": date(2027, 4, 30),
    "23": date(2025, 6, 1),
    "24": date(2028, 4, 30),
    "25": date(2026, 6, 1),
}
