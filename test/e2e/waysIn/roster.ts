/** What a row of the roster says, however its table writes it. Days are `YYYY-MM-DD`. */
export interface Person {
	number: number;
	given: string;
	family: string;
	birth: string;
	gender: 'female' | 'male' | 'unknown';
	start: string;
	end: string;
}

const GENDERS = { F: 'female', M: 'male', U: 'unknown' } as const;
type Code = keyof typeof GENDERS;

/** Days at which zones and calendars differ: ends of years and months, leap days, changes of the clock, wartime, the first of 1970. */
const ROWS: Array<[given: string, family: string, Code, birth: string, start: string, end: string]> = [
	['Ada', 'Whitfield', 'F', '1984-03-12', '2024-02-29', '2035-12-31'],
	['Marcus', "O'Connor", 'M', '1971-11-30', '2025-03-09', '2036-11-02'],
	['Zoë', 'Quist', 'U', '2001-12-31', '2024-12-31', '2035-01-31'],
	['明', '李', 'M', '1958-07-25', '2025-11-02', '2038-01-19'],
	['Ida', 'Ferro', 'F', '1943-02-28', '2024-10-27', '2035-03-25'],
	['Nils', 'Berg', 'M', '1970-01-01', '2024-01-31', '2035-02-28'],
	['Rosa', 'Lind', 'F', '1926-10-09', '2024-01-01', '2036-02-29'],
];

/** The people of the roster. */
export const people: readonly Person[] = ROWS.map(([given, family, code, birth, start, end], index) => ({
	number: index + 1,
	given,
	family,
	birth,
	gender: GENDERS[code],
	start,
	end,
}));

/** The columns of days. */
export const DATE_COLUMNS = ['DOB', 'Consent Start', 'Consent End'] as const;

/** The member id of a person who comes in by a way. */
export function memberId(way: number, { number }: Person): string {
	return `W${way}-${number}`;
}

/** The roster as a table writes it, with the columns of another system than ours. @param write how it writes a day */
export function rosterOf<T>(way: number, write: (day: string) => T): Array<Record<string, string | T>> {
	return people.map((person) => ({
		Member_ID: memberId(way, person),
		'First Name': person.given,
		'Last Name': person.family,
		DOB: write(person.birth),
		Sex: person.gender[0].toUpperCase(),
		'Previous Plan': 'Bison Health Plan',
		'Previous Member ID': cardNumber(person),
		'Consent ID': `consent-${person.number}`,
		'Consent Start': write(person.start),
		'Consent End': write(person.end),
	}));
}

/** The row with names that a Data Table allows. */
export function underscored(row: object): object {
	return Object.fromEntries(
		Object.entries(row).map(([name, value]) => [name.replaceAll(' ', '_'), value as unknown]),
	);
}

/** With zeros before it, which a number would lose. */
export function cardNumber({ number }: Person): string {
	return `00044006${number}`;
}

/** Ways to write a day. */
export const written = {
	iso: (day: string) => day,
	us: (day: string) => `${part(day, 1)}/${part(day, 2)}/${part(day, 0)}`,
	usShort: (day: string) => `${Number(part(day, 1))}/${Number(part(day, 2))}/${part(day, 0)}`,
	german: (day: string) => `${part(day, 2)}.${part(day, 1)}.${part(day, 0)}`,
};

function part(day: string, index: number): string {
	return day.split('-')[index];
}
