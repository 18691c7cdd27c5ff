import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import { hostForError, tryParseUrl } from '../../shared/http/addresses';
import type { Organization, SuggestedSetting } from '../../shared/payers/payer';
import type { OpenConnection } from '../../shared/payers/connection';
import { isNpi } from '../../shared/fhir/npi';
import type { Capabilities } from '../read/capabilities';
import type { CheckLine } from './lines';

/** What is said of a payer: in the fields of its credential, or in the columns of its row in a directory. */
interface Entry {
	/** The field, for a sentence that begins with it. */
	owner: string;
	place: string;
	scope: string;
	name: string;
	npi: string;
	/** The column for Payer Software; in a form, the payer kind knows its label. */
	software?: string;
}

const IN_FORM: Entry = {
	owner: "The credential's ",
	place: 'in the credential',
	scope: 'Scope',
	name: 'Payer Name',
	npi: 'Payer NPI',
};
const IN_ROW: Entry = {
	owner: 'In its row of the directory, ',
	place: 'in its row of the directory',
	scope: 'scope',
	name: 'name',
	npi: 'npi',
	software: 'preset',
};
/** Our own plan stands in the form in any case. */
const OWN: Entry = { ...IN_FORM, name: 'Your Plan Name', npi: 'Your Plan NPI' };

/**
 * What is missing on our side, and what the credential could say better.
 * @param isRow whether the payer is a row of a directory
 */
export function ownSideLines(
	connection: Pick<
		OpenConnection,
		'match' | 'defaultTenant' | 'plans' | 'fileHosts' | 'takes' | 'address' | 'baseUrl' | 'probes'
	>,
	credentials: ICredentialDataDecryptedObject,
	stated: Capabilities | undefined,
	suggested: SuggestedSetting | undefined,
	isRow: boolean,
): CheckLine[] {
	const entry = isRow ? IN_ROW : IN_FORM;
	const { match, defaultTenant, plans = [], fileHosts } = connection;
	const lines: CheckLine[] = [];
	if (textOf(credentials.scope) === undefined) {
		lines.push(missing(entry, entry.scope, 'what the payer gave you', 'note'));
	}
	if (match.partners) {
		lines.push(...organizationLines(OWN, match.partners.requesting));
		lines.push(...organizationLines(entry, match.partners.responding));
	}
	if (connection.takes('tenant') && defaultTenant === undefined && plans.length === 0) {
		const says =
			"The credential has neither a 'Default Tenant' nor 'Plans', so that each row of the roster must name its tenant";
		lines.push({ check: 'ownSide', state: 'note', says });
	}
	lines.push({
		check: 'fileHosts',
		state: 'note',
		says:
			fileHosts.length === 0
				? 'Files are fetched from its own host only'
				: `Files are fetched from its own host, and from ${fileHosts.join(', ')}`,
	});
	lines.push(...elsewhereLine(connection.address ?? connection.baseUrl, fileHosts, stated?.ownAddress));
	lines.push(...softwareLine(entry, suggested));
	return lines;
}

function missing(
	{ owner, place }: Entry,
	field: string,
	whatToEnter: string,
	state: 'limits' | 'note',
): CheckLine {
	return {
		check: 'ownSide',
		state,
		says: `${owner}'${field}' is empty`,
		whatToDo: `Enter ${whatToEnter} as '${field}' ${place}.`,
	};
}

/** Every consent and match request names both plans, by name or NPI (HRex). */
function organizationLines(entry: Entry, { name, npi }: Organization): CheckLine[] {
	if (name === undefined && npi === undefined)
		return [missing(entry, entry.name, 'the name of the plan', 'limits')];
	if (npi === undefined) return [missing(entry, entry.npi, 'its National Provider Identifier', 'note')];
	if (isNpi(npi)) return [];
	return [
		{
			check: 'ownSide',
			state: 'limits',
			says: `${entry.owner}'${entry.npi}' is no National Provider Identifier`,
			whatToDo: `Correct '${entry.npi}' ${entry.place}: ten digits, the last of which checks the others.`,
		},
	];
}

/** A server that calls itself by another address may name jobs and files there. */
function elsewhereLine(
	asked: string,
	fileHosts: readonly string[],
	ownAddress: string | undefined,
): CheckLine[] {
	const own = ownAddress === undefined ? undefined : tryParseUrl(ownAddress);
	if (!own || own.host === '' || own.host === new URL(asked).host || fileHosts.includes(own.host)) return [];
	const host = hostForError(own);
	return [
		{
			check: 'fileHosts',
			state: 'note',
			says: `It calls itself by another address${host === undefined ? '' : ` (${host})`}, where it may keep its files`,
		},
	];
}

function softwareLine({ place, software }: Entry, suggested: SuggestedSetting | undefined): CheckLine[] {
	if (suggested === undefined) return [];
	return [
		{
			check: 'software',
			state: 'note',
			says: `By what it says of itself, it is ${suggested.choice}`,
			whatToDo: `Ask the payer whether it is ${suggested.choice}, and choose that as '${software ?? suggested.field}' ${place}.`,
		},
	];
}
