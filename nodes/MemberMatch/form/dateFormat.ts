import type { INodePropertyOptions } from 'n8n-workflow';
import type { DateFormat } from '../../shared/exchange/rosterDates';

interface Option extends INodePropertyOptions {
	value: DateFormat;
}

/** The choices of the parameter Date Format. */
export const DATE_FORMAT_OPTIONS: Option[] = [
	{
		name: 'Automatic',
		value: 'automatic',
		description:
			'Any way of writing that can be read in one way only. Where day and month could be exchanged, at least three rows of the column have to show which comes first.',
	},
	{ name: 'Day First', value: 'dayFirst', description: 'Such as 12/03/1984 or 12.03.1984 for March 12' },
	{
		name: 'Excel',
		value: 'excel',
		description:
			'Numbers of days since 1900, such as 30753. Automatic reads them too, if the whole column holds such.',
	},
	{
		name: 'Excel (1904)',
		value: 'excel1904',
		description: 'Numbers of days since 1904, from workbooks with the 1904 date system',
	},
	{ name: 'ISO', value: 'iso', description: 'Such as 1984-03-12 or 19840312' },
	{ name: 'US (Month First)', value: 'us', description: 'Such as 03/12/1984 or 3/12/84 for March 12' },
];
