import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../../shared/exchange/envelope';
import { exchangeState } from '../../shared/exchange/exchange';
import { listedMembers } from '../../shared/exchange/exportMembers';
import { idText, textOf } from '../../shared/fhir/json';
import { isResourceType } from '../../shared/fhir/resourceTypes';
import { readItemOrFile } from '../../shared/files/itemOrFile';

/** Receives a resource. @param about the columns that say where it comes from, and whose it is; empty if nothing does */
export type OnResource = (resource: IDataObject, about: IDataObject) => void;

/**
 * Reads the resources of an input item: one, wrapped or bare, a Bundle, a list as text, or a stored file of Fetch Batch in a stream.
 *
 * @param types what is looked for: a file that Fetch Batch stored as one of another type is not read
 * @param afterChunk called after each chunk of a file, and at the end; what it returns is waited for
 * @returns false if the item holds none of these
 * @throws ExchangeError if it cannot be read
 */
export async function readInput(
	context: IExecuteFunctions,
	itemIndex: number,
	types: readonly string[],
	onResource: OnResource,
	afterChunk: () => Promise<void>,
): Promise<boolean> {
	const json = inputJson(context, itemIndex);
	const type = textOf(json.type);
	let aboutOf: ReturnType<typeof ownerColumns> | undefined;
	const read = await readItemOrFile(context, itemIndex, {
		payerKey: '',
		onFound: ({ resource, about }) => onResource(resource, about),
		onStored: (resource, { memberId }, line) => {
			aboutOf ??= ownerColumns(json);
			onResource(resource, { ...aboutOf(memberId), line });
		},
		afterChunk,
		opensFile: async () =>
			await Promise.resolve(type === undefined || !isResourceType(type) || types.includes(type)),
	});
	return read !== 'nothing';
}

/** The columns of a stored file for a resource of a member: those of the export, and in one of several members those of the member. */
function ownerColumns(json: IDataObject): (memberId: IDataObject[string] | null) => IDataObject {
	const { members, memberId: own, ...rest } = json;
	void [members, own];
	const listed = listedMembers(json);
	const byId = new Map(listed?.map((member) => [idText(member.memberId) ?? '', member]));
	return (memberId) => {
		const known = memberId ?? undefined;
		if (known === undefined) return listed ? rest : { ...rest, exchangeId: undefined };
		const member = listed && byId.get(idText(known) ?? '');
		const consentEnd = member?.consentEnd === undefined ? {} : { consentEnd: member.consentEnd };
		return { ...rest, ...consentEnd, ...(member && exchangeState(member)), memberId: known };
	};
}
