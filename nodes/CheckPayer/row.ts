import type { IDataObject } from 'n8n-workflow';
import type { CheckLine } from './judge/lines';

/** What can be done with a payer. */
export const STATUSES = ['ready', 'works with limits', 'does not work'] as const;
export type CheckStatus = (typeof STATUSES)[number];

/** One row for each payer: sentences first, then single facts, then all that is known. */
export interface CheckRow {
	/** The key of the payer in a table of payers; empty where the credential is of one payer. */
	payerKey: string;
	payer: string;
	payerName: string;
	status: CheckStatus;
	works: string;
	doesNotWork: string;
	whatToDo: string;
	/** Instant of the check. */
	checkedAt: string;
	fhirVersion: string;
	/** Days, `yyyy-mm-dd`: of the payer's server, and of our client certificate. */
	certificateEnds: string;
	ownCertificateEnds: string;
	signIn: string;
	memberMatch: string;
	bulkMatch: string;
	bulkExport: string;
	bulkDataVersion: string;
	typeFilter: string;
	since: string;
	patientSearch: string;
	udap: string;
	fileHosts: string;
	suggestedSoftware: string;
	details: IDataObject;
}

/** Facts that nobody knows. @param word why: the payer could not be asked, or did not say */
export function noFacts(word: 'not checked' | 'not stated') {
	return {
		fhirVersion: '',
		certificateEnds: '',
		ownCertificateEnds: '',
		signIn: word,
		memberMatch: word,
		bulkMatch: word,
		bulkExport: word,
		bulkDataVersion: word,
		typeFilter: word,
		since: word,
		patientSearch: word,
		udap: word,
		fileHosts: '',
		suggestedSoftware: '',
	};
}

/** The verdict of the lines, in sentences. */
export function verdictOf(
	lines: readonly CheckLine[],
): Pick<CheckRow, 'status' | 'works' | 'doesNotWork' | 'whatToDo'> {
	const isBlocked = lines.some(({ state }) => state === 'blocks');
	const isLimited = lines.some(({ state }) => state === 'limits');
	const says = (...states: Array<CheckLine['state']>) =>
		sentences(lines.filter(({ state }) => states.includes(state)).map((line) => line.says));
	return {
		status: isBlocked ? 'does not work' : isLimited ? 'works with limits' : 'ready',
		works: says('works'),
		doesNotWork: says('blocks', 'limits'),
		whatToDo: sentences(lines.flatMap(({ whatToDo }) => whatToDo ?? [])),
	};
}

/** A row of a payer about which something is wrong on our side already, so that it was not asked. */
export function rowOfFindings(
	names: Partial<Pick<CheckRow, 'payerKey' | 'payer' | 'payerName'>>,
	findings: ReadonlyArray<{ says: string; whatToDo: string }>,
	state: CheckLine['state'] = 'blocks',
): CheckRow {
	const lines = findings.map(
		({ says, whatToDo }): CheckLine => ({
			check: 'credential',
			state,
			says,
			whatToDo,
		}),
	);
	return {
		payerKey: '',
		payer: '',
		payerName: '',
		...names,
		...verdictOf(lines),
		checkedAt: new Date().toISOString(),
		...noFacts('not checked'),
		details: { checks: lines.map((line) => ({ ...line })) },
	};
}

/** Texts as sentences in one line, each once. */
function sentences(texts: readonly string[]): string {
	const ended = texts.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`));
	return [...new Set(ended)].join(' ');
}
