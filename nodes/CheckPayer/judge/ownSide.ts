import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import { hostForError, tryParseUrl } from '../../shared/http/addresses';
import type { Organization, SuggestedSetting } from '../../shared/payers/payer';
import type { OpenConnection } from '../../shared/payers/connection';
import type { Capabilities } from '../read/capabilities';
import type { CheckLine } from './lines';

/** What is missing on our side, and what the credential could say better. */
export function ownSideLines(
	connection: Pick<
		OpenConnection,
		'match' | 'defaultTenant' | 'plans' | 'fileHosts' | 'takes' | 'address' | 'baseUrl' | 'probes'
	>,
	credentials: ICredentialDataDecryptedObject,
	stated: Capabilities | undefined,
	suggested: SuggestedSetting | undefined,
): CheckLine[] {
	const { match, defaultTenant, plans = [], fileHosts } = connection;
	const lines: CheckLine[] = [];
	if (textOf(credentials.scope) === undefined) {
		lines.push(missing('Scope', 'what the payer gave you', 'note'));
	}
	if (match.partners) {
		lines.push(...organizationLines('Your Plan', match.partners.requesting));
		lines.push(...organizationLines('Payer', match.partners.responding));
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
	lines.push(...softwareLine(suggested));
	return lines;
}

function missing(label: string, whatToEnter: string, state: 'limits' | 'note'): CheckLine {
	return {
		check: 'ownSide',
		state,
		says: `The credential's '${label}' is empty`,
		whatToDo: `Enter ${whatToEnter} as '${label}' in the credential.`,
	};
}

/** Every consent and match request names both plans, by name or NPI (HRex). */
function organizationLines(whose: 'Your Plan' | 'Payer', { name, npi }: Organization): CheckLine[] {
	if (name === undefined && npi === undefined)
		return [missing(`${whose} Name`, 'the name of the plan', 'limits')];
	if (npi === undefined) return [missing(`${whose} NPI`, 'its National Provider Identifier', 'note')];
	if (isNpi(npi)) return [];
	return [
		{
			check: 'ownSide',
			state: 'limits',
			says: `The credential's '${whose} NPI' is no National Provider Identifier`,
			whatToDo: `Correct '${whose} NPI' in the credential: ten digits, the last of which checks the others.`,
		},
	];
}

/** Ten digits, whose last one is the check digit (Luhn) over them with 80840 before (CMS, "NPI check digit"). */
export function isNpi(text: string): boolean {
	if (!/^\d{10}$/.test(text)) return false;
	const sum = [...`80840${text}`].reverse().reduce((total, digit, place) => {
		const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
		return total + (value > 9 ? value - 9 : value);
	}, 0);
	return sum % 10 === 0;
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

function softwareLine(suggested: SuggestedSetting | undefined): CheckLine[] {
	if (suggested === undefined) return [];
	return [
		{
			check: 'software',
			state: 'note',
			says: `By what it says of itself, it is ${suggested.choice}`,
			whatToDo: `Ask the payer whether it is ${suggested.choice}, and choose that as '${suggested.field}' in the credential.`,
		},
	];
}
