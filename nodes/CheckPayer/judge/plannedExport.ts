import { ExchangeError, rethrown } from '../../shared/n8n/exchangeError';
import type { OpenConnection } from '../../shared/payers/connection';
import type { ExportSubject } from '../../shared/payers/payer';
import type { Capabilities } from '../read/capabilities';
import type { Operation } from '../read/operations';
import type { CheckLine } from './lines';

/** Ids that no request is sent with. */
const SUBJECT = { groupId: 'group', patientId: 'patient' };

/**
 * Whether Start Export would ask for an export that the payer states: a credential may be set to another.
 * @param statement the capability statement as it came
 */
export function plannedExportLine(
	connection: Pick<OpenConnection, 'kickOffRequest' | 'kickOffIsFile' | 'probes'>,
	stated: Capabilities | undefined,
	statement: unknown,
): CheckLine[] {
	const operations = stated?.operations;
	if (!operations || connection.kickOffIsFile || !connection.probes?.statesCapabilities) return [];
	const hasGroups = operations.has('davinciExport') || operations.has('groupExport');
	if (!hasGroups && !operations.has('patientExport')) return [];
	const subject: ExportSubject = hasGroups ? SUBJECT : { patientId: SUBJECT.patientId };
	const planned = plannedOperation(connection, subject, statement);
	if (planned === undefined || operations.has(planned)) return [];
	return [
		{
			check: 'export',
			state: 'limits',
			says: `The credential is set to ${WORDS[planned]}, which it does not state`,
			whatToDo: "See 'Payer Software', 'Export Operation' and 'Export Level' of the credential.",
		},
	];
}

type Export = 'davinciExport' | 'groupExport' | 'patientExport';
const WORDS: Record<Export, string> = {
	davinciExport: '$davinci-data-export',
	groupExport: '$export of a group',
	patientExport: '$export of a patient',
};

/** The export that would be asked for; undefined if it cannot be told. Nothing is sent. */
function plannedOperation(
	{ kickOffRequest }: Pick<OpenConnection, 'kickOffRequest'>,
	subject: ExportSubject,
	statement: unknown,
): (Operation & Export) | undefined {
	try {
		const { pathname } = new URL(kickOffRequest(subject, [], statement).url);
		if (pathname.endsWith('/$davinci-data-export')) return 'davinciExport';
		if (!pathname.endsWith('/$export')) return undefined;
		return /\/Group\/[^/]+\/\$export$/.test(pathname) ? 'groupExport' : 'patientExport';
	} catch (error) {
		if (error instanceof ExchangeError) return undefined;
		throw rethrown(error);
	}
}
