import { pluralize, type Hint } from '../shared/n8n/hints';
import type { TableRun } from './tableRun';

/** What the run says above its output. */
export function tableHints(run: TableRun): Hint[] {
	const { came, notInTable, partialDates, rowCount } = run;
	const other = [...came.otherTypes.values()].reduce((sum, count) => sum + count, 0);
	if (came.resources === 0) {
		return [
			{ type: 'warning', message: 'No FHIR resource came in. Connect the output Resources of Fetch Batch.' },
		];
	}
	return [
		{
			type: 'info' as const,
			message: `${pluralize(rowCount, 'row', 'rows')} of ${pluralize(came.resources, 'resource', 'resources')}. ${other} are of other types, which belong in other tables (see Report).`,
		},
		...(notInTable.total > 0
			? [
					{
						type: 'warning' as const,
						message: `${notInTable.total} could not be put into the table. They leave by the output Not in the Table, with the reason.`,
					},
				]
			: []),
		...(came.withoutPayer > 0
			? [
					{
						type: 'warning' as const,
						message: `${came.withoutPayer} of the ${came.resources} resources do not say which member and payer they come from, so keys are Type/id, which two payers may share. Switch on Options > Add Origin in Fetch Batch, or fill in Payer Key.`,
					},
				]
			: []),
		...(partialDates > 0
			? [
					{
						type: 'info' as const,
						message: `${pluralize(partialDates, 'date is', 'dates are')} no whole day, and left empty in the columns of days.`,
					},
				]
			: []),
	];
}
