import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** The option Keep Payer's Answer. Without it, items are rows that a table takes. */
export const KEEP_ANSWER_FIELD: INodeProperties = {
	displayName: "Keep Payer's Answer",
	name: 'keepAnswer',
	type: 'boolean',
	default: false,
	description:
		"Whether items carry the payer's whole answer in the column response. It can hold health data, and tables such as Data Table do not take it. An item whose outcome is unclear always carries it.",
};

/** Whether the option is on. */
export function keepsAnswer({ keepAnswer }: IDataObject): boolean {
	return keepAnswer === true;
}
