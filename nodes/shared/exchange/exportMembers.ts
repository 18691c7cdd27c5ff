import type { IDataObject } from 'n8n-workflow';
import { omitEmpty } from '../fhir/json';

/** A member of an export: the analyst's member ID, and the id of the member's Patient at the payer. */
export interface ExportMember {
	memberId?: IDataObject[string];
	patientId?: string;
	/** Hashes of names and birth date (`personHashes.ts`). */
	personHashes?: string;
}

/** The members of an export as an item carries them: columns for one member, a list `members` for several. */
export function membersJson(members: readonly ExportMember[]): IDataObject {
	const all = members.map(({ memberId, patientId, personHashes }) =>
		omitEmpty<IDataObject>({ memberId, patientId, personHashes }),
	);
	const distinct = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
	return distinct.length === 1 ? distinct[0] : { members: distinct };
}
