import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { withoutErrors } from '../shared/n8n/errorItems';
import { pluralize, type Hint } from '../shared/n8n/hints';

/** The outputs of Fetch Documents. */
export const DOCUMENTS = 0;
export const REPORT = 1;
export const OUTPUT_NAMES = ['Documents', 'Report'];

/** How many documents came, and what became of the others. */
export function documentHints(
	context: Pick<IExecuteFunctions, 'getNode'>,
	[documents, leftByReport]: INodeExecutionData[][],
	resources: number,
): Hint[] {
	const { items, errors, errorOutput } = withoutErrors(context, leftByReport, 'Report');
	const hints: Hint[] = [];
	if (errors > 0) {
		hints.push({
			message: `${pluralize(errors, 'item', 'items')} could not be worked on. The output ${errorOutput} says why.`,
			type: 'warning',
		});
	}
	if (items.length === 0) {
		const message = `${pluralize(resources, 'resource', 'resources')} came in, and ${resources === 1 ? 'it names' : 'they name'} no document. Documents hang on DocumentReference, DiagnosticReport and prior authorizations.`;
		return errors > 0 ? hints : [{ message, type: 'info' }];
	}
	const counts = new Map<string, number>();
	for (const { json } of items) {
		const outcome = String(json.outcome);
		if (!['fetched', 'inline'].includes(outcome)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
	}
	const others = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
	hints.push(
		others === ''
			? {
					message: `${pluralize(documents.length, 'document', 'documents')}, all of them whole.`,
					type: 'info',
				}
			: {
					message: `${documents.length} of ${items.length} documents came whole. The others (${others}) stand in the output Report, with the reason.`,
					type: 'warning',
				},
	);
	return hints;
}
