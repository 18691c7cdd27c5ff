import type { OpenConnection } from '../../shared/payers/connection';
import type { BulkMatch } from '../../shared/payers/payer';
import type { PreparedMatch } from '../input/prepare';
import { duplicateMemberError, duplicatePatientError } from '../request/bulkRequest';
import { requestIdOf } from './matchJob';
import type { StillMatching } from './matchOutcomes';

/** A row of a run whose payer takes many members in one request. */
export interface BulkRow {
	itemIndex: number;
	connection: OpenConnection;
	bulk: BulkMatch;
	/** The member to ask for, or one that an earlier run has asked for. */
	member: PreparedMatch | StillMatching;
}

/**
 * Finds the rows whose member a payer would be asked for twice: a member ID, or a patient id within one request, that an earlier row of that
 * payer already has.
 * @returns the errors by item index
 */
export function duplicateRows(rows: readonly BulkRow[]): Map<number, Error> {
	const errors = new Map<number, Error>();
	const firstRows = new Map<string, number>();
	for (const { itemIndex, connection, member } of rows) {
		const payer = connection.key;
		const [request, requestId] =
			'statusUrl' in member ? [member.statusUrl, member.requestId] : ['', requestIdOf(member)];
		const memberKey = JSON.stringify([payer, member.memberId]);
		const patientKey = JSON.stringify([payer, request, requestId]);
		const [sameMember, samePatient] = [firstRows.get(memberKey), firstRows.get(patientKey)];
		if (sameMember !== undefined) errors.set(itemIndex, duplicateMemberError(sameMember));
		else if (samePatient !== undefined) errors.set(itemIndex, duplicatePatientError(samePatient));
		else {
			firstRows.set(memberKey, itemIndex);
			firstRows.set(patientKey, itemIndex);
		}
	}
	return errors;
}
