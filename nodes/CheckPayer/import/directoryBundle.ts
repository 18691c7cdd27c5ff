import type { IDataObject } from 'n8n-workflow';
import { isObject, textOf } from '../../shared/fhir/json';
import { tryParseUrl } from '../../shared/http/addresses';
import type { Finding } from '../../shared/n8n/findings';
import { readListedAddress } from './address';
import { readEndpoint, type ListedEndpoint } from './endpoint';
import { someOf } from './extensions';
import { PayerKeys } from './keys';
import { IMPORT_LIMITS } from './limits';
import { ListedResources, type Listed } from './resources';
import { dayOf, draftRow, type DraftRow, type ImportedRow } from './rows';
import { tableOf } from './table';

/** What a directory holds: rows to review, and what was left out. */
export interface ImportedDirectory {
	rows: ImportedRow[];
	/** The rows that nothing speaks against, as text for the credential Payer Directory, to be pasted after review. */
	table: string;
	findings: Finding[];
}

/**
 * Reads the payers of a directory: a Bundle of Organizations and Endpoints of the National Directory (NDH 1 and 2), or of PDex'
 * `mtls-bundle`.
 * @param json the Bundle, or the pages of a search
 * @param now ms since 1970
 */
export function readDirectoryBundle(json: unknown, now = Date.now()): ImportedDirectory {
	const resources = new ListedResources();
	const left = new LeftOut();
	for (const page of Array.isArray(json) ? json : [json]) {
		if (isBundle(page)) resources.add(page);
		else left.add('are no FHIR Bundle', 'a part of the input');
	}
	if (resources.isCut) {
		left.add(`come after the first ${IMPORT_LIMITS.resources} organizations and endpoints`, 'all entries');
	}
	const today = dayOf(now);
	const drafts: DraftRow[] = [];
	const owners = ownersOf(resources);
	for (const endpoint of resources.endpoints) {
		drafts.push(...draftsOf(resources, endpoint, owners.get(endpoint) ?? [], left, today));
	}
	const taken = withoutRepeats(drafts);
	if (taken.length > IMPORT_LIMITS.rows)
		left.add(`come after the first ${IMPORT_LIMITS.rows} rows`, 'all payers');
	const rows = finishedRows(taken.slice(0, IMPORT_LIMITS.rows));
	const { table, left: tooMany } = tableOf(rows.filter(({ inTable }) => inTable));
	if (tooMany > 0) left.add('make the table too long for a credential', `the last ${tooMany} rows`);
	return { rows, table, findings: left.findings() };
}

function isBundle(value: unknown): value is IDataObject {
	return isObject(value) && value.resourceType === 'Bundle';
}

/** The organizations that list an endpoint among their own. */
function ownersOf(resources: ListedResources): Map<Listed, Listed[]> {
	const owners = new Map<Listed, Listed[]>();
	for (const organization of resources.organizations) {
		for (const endpoint of resources.allReferred('Endpoint', organization.resource.endpoint)) {
			const known = owners.get(endpoint);
			if (known) known.push(organization);
			else owners.set(endpoint, [organization]);
		}
	}
	return owners;
}

function draftsOf(
	resources: ListedResources,
	endpoint: Listed,
	owners: readonly Listed[],
	left: LeftOut,
	today: string,
): DraftRow[] {
	const reading = readEndpoint(endpoint.resource);
	const address = readListedAddress(endpoint.resource.address);
	const managing = managingOrganization(resources, endpoint);
	const organizations = new Set([...(managing ? [managing] : []), ...owners]);
	const reason = reasonToLeaveOut(reading, organizations.size);
	if (reason !== undefined || 'problem' in address) {
		const ofAddress =
			'problem' in address ? `have an address that cannot be used: it ${address.problem}` : '';
		left.add(reason ?? ofAddress, endpoint.label);
		return [];
	}
	return [...organizations].map((organization) =>
		draftRow({ endpoint, reading, url: address.url, organization, managing }, today),
	);
}

/** Completes "… because they …"; undefined if there is none. */
function reasonToLeaveOut(
	{ status, isPayerToPayer, isFhir }: ListedEndpoint,
	organizations: number,
): string | undefined {
	if (status === 'entered-in-error') return 'are marked as entered in error';
	if (isPayerToPayer === false) return 'are for another use than payer-to-payer exchange';
	if (isFhir === false) return 'are no FHIR servers';
	return organizations === 0 ? 'name no organization that is in the Bundle' : undefined;
}

function managingOrganization(resources: ListedResources, endpoint: Listed): Listed | undefined {
	const { managingOrganization: reference, contained } = endpoint.resource;
	const name = isObject(reference) ? textOf(reference.reference) : undefined;
	if (!name?.startsWith('#')) return resources.referred('Organization', reference);
	const resource = someOf(contained).find(
		({ resourceType, id }) => resourceType === 'Organization' && `#${String(id)}` === name,
	);
	return resource && { ...endpoint, resource };
}

/** A payer that lists an address twice has one row for it. */
function withoutRepeats(drafts: readonly DraftRow[]): DraftRow[] {
	const known = new Map<Listed, Set<string>>();
	return drafts.filter(({ organization, facts: { fhirBaseUrl } }) => {
		const addresses = known.get(organization) ?? new Set();
		const isRepeated = addresses.has(fhirBaseUrl);
		known.set(organization, addresses.add(fhirBaseUrl));
		return !isRepeated;
	});
}

/** Gives the rows their keys, and notes what several rows have in common. */
function finishedRows(drafts: readonly DraftRow[]): ImportedRow[] {
	const keys = new PayerKeys();
	const shared = {
		name: countsOf(drafts.map(({ facts }) => facts.name.toLowerCase())),
		npi: countsOf(drafts.map(({ facts }) => facts.npi)),
		address: countsOf(drafts.map(({ facts }) => facts.fhirBaseUrl)),
	};
	const isShared = (counts: Map<string, number>, value: string) =>
		value !== '' && (counts.get(value) ?? 0) > 1;
	return drafts.map(({ notes, facts: row }) => {
		const common = [
			...(isShared(shared.address, row.fhirBaseUrl) ? [SHARED_ADDRESS] : []),
			...(isShared(shared.name, row.name.toLowerCase()) ? [SHARED_NAME] : []),
			...(isShared(shared.npi, row.npi) ? [SHARED_NPI] : []),
		];
		const host = tryParseUrl(row.fhirBaseUrl)?.hostname ?? '';
		return {
			payerKey: keys.keyFor(row.name, host),
			...row,
			reviewed: false,
			notes: [...notes, ...common].join(' '),
		};
	});
}

const SHARED_ADDRESS =
	'Other organizations of this list have the same address: ask the payer what distinguishes them.';
const SHARED_NAME = 'This list has the same name several times.';
const SHARED_NPI = 'This list has the same NPI several times.';

function countsOf(values: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return counts;
}

const MAX_NAMED = 5;

/** What was left out, by the reason. */
class LeftOut {
	private readonly byReason = new Map<string, string[]>();

	/** @param reason completes "… were left out: they …" @param label of the entry */
	add(reason: string, label: string): void {
		const labels = this.byReason.get(reason);
		if (labels) labels.push(label);
		else this.byReason.set(reason, [label]);
	}

	findings(): Finding[] {
		return [...this.byReason].map(([reason, labels]) => {
			const named = labels.slice(0, MAX_NAMED).join(', ');
			const more = labels.length > MAX_NAMED ? `, and ${labels.length - MAX_NAMED} more` : '';
			return { says: `left out, because they ${reason}: ${named}${more}` };
		});
	}
}
