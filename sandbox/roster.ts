import { stringify } from 'csv-stringify/sync';
import { faultRows } from './faults/readmeTable';
import {
	batchesOf,
	members,
	resourceCountOf,
	rosterMembers,
	tenants,
	type Member,
	type RosterRow,
} from './members';
import { settingsTable, type Setting } from './settings';
import { checkTable } from './standard/checks';
import { payerTable } from './standard/dialects';
import { standardSettingsTable } from './standard/settings';

/** The text of `examples/roster.csv`: what the asking payer knows of its new members. */
export function rosterCsv(): string {
	return stringify(
		rosterMembers.map(({ row }) => row),
		{ header: true },
	);
}

/** What people call the sandbox's first tenant. */
export const PLAN_NAME = 'Bison Health Plan';

const SEX: Record<RosterRow['gender'], string> = { female: 'F', male: 'M', other: 'O', unknown: 'U' };

/** `MM/DD/YYYY` */
function usDate(day: string): string {
	const [year, month, dayOfMonth] = day.split('-');
	return `${month}/${dayOfMonth}/${year}`;
}

/** The roster as an American health plan's own system would write it: other column names, US dates, the plan by its name. */
export function ownRoster(): Array<Record<string, string>> {
	return rosterMembers.map(({ row }) => ({
		Member_ID: row.memberId,
		'First Name': row.givenName,
		'Last Name': row.familyName,
		DOB: usDate(row.birthDate),
		Sex: SEX[row.gender],
		'Previous Plan': row.tenant === tenants[0] ? PLAN_NAME : row.tenant,
		'Previous Member ID': row.coverageId,
		'Consent ID': row.consentId,
		'Consent Start': usDate(row.consentStart),
		'Consent End': usDate(row.consentEnd),
	}));
}

/** The text of `examples/own-roster.csv`. */
export function ownRosterCsv(): string {
	return stringify(ownRoster(), { header: true });
}

function tableRow(member: Member): string {
	const { row, key, story, outcome, runningPolls, inRoster } = member;
	const batches = batchesOf(member);
	const isMatched = outcome === 'matched';
	const cells = [
		`\`${key}\`${inRoster ? '' : ' (not in the roster)'}`,
		row.memberId,
		`${row.givenName} ${row.familyName}`,
		row.birthDate,
		row.coverageId,
		outcome,
		member.export ?? '–',
		isMatched ? `${resourceCountOf(batches)} in ${batches.length}` : '–',
		isMatched ? String(runningPolls) : '–',
		story,
	];
	return `| ${cells.join(' | ')} |`;
}

/** The README's table of members. */
export function memberTable(): string {
	const head = [
		'| key | memberId | name | birthDate | coverageId | match | export | resources in batches | running polls | shows |',
		'|---|---|---|---|---|---|---|---|---|---|',
	];
	return [...head, ...members.map(tableRow)].join('\n');
}

/** A README's table of settings. */
export function settingTable(settings: Record<string, Setting<unknown>> = settingsTable): string {
	const rows = Object.entries(settings).map(([name, { allowed, initial, about }]) => {
		const values = allowed.replaceAll(' | ', ', ');
		const preset =
			String(initial) === allowed.split(' | ')[0] ? '' : `; default ${String(initial) || 'empty'}`;
		return `| \`${name}\` | ${values}${preset} | ${about} |`;
	});
	return ['| setting | values | about |', '|---|---|---|', ...rows].join('\n');
}

function between(text: string, mark: string, inside: string): string {
	const [begin, end] = [`<!-- ${mark}: written by writeRoster.ts -->`, `<!-- end of ${mark} -->`];
	const from = text.indexOf(begin) + begin.length;
	return `${text.slice(0, from)}\n\n${inside}\n\n${text.slice(text.indexOf(end))}`;
}

/** A README with its tables renewed. */
export function withTables(readme: string): string {
	const tables = {
		members: memberTable(),
		settings: settingTable(),
		faults: faultRows(),
		payers: payerTable(),
		'payer settings': settingTable(standardSettingsTable as Record<string, Setting<unknown>>),
		checks: checkTable(),
	};
	return Object.entries(tables).reduce((text, [mark, table]) => between(text, mark, table), readme);
}
