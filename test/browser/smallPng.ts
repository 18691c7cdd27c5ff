/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = 8;
/** Length and type before the data of a chunk, checksum behind it. */
const CHUNK_FRAME = 12;
const MAX_COLOURS = 256;

interface Picture {
	width: number;
	height: number;
	/** One number of red, green and blue for each pixel. */
	pixels: Uint32Array;
}

/**
 * A picture of the screen with at most 256 colours, which makes it a third as large: a screen of n8n has few, and many shades of
 * them at the edges of letters. Colours are rounded, first hardly and then more, until they are few enough.
 *
 * @param png with 8 bits for each of three or four channels, not interlaced, as browsers take it (PNG, W3C, 2nd edition)
 */
export function smallPng(png: Buffer): Buffer {
	const { width, height, pixels } = decoded(png);
	for (let lost = 0; ; lost += 1) {
		const indexOf = new Map<number, number>();
		const rows = Buffer.alloc((width + 1) * height);
		for (let at = 0; at < pixels.length && indexOf.size <= MAX_COLOURS; at += 1) {
			const colour = rounded(pixels[at], lost);
			let index = indexOf.get(colour);
			if (index === undefined) indexOf.set(colour, (index = indexOf.size));
			rows[at + Math.floor(at / width) + 1] = index;
		}
		if (indexOf.size <= MAX_COLOURS) return encoded(width, height, [...indexOf.keys()], rows);
	}
}

/** Each channel to the nearest of fewer steps; white stays white. */
function rounded(colour: number, lostBits: number): number {
	const most = 255 >> lostBits;
	const channel = (value: number) => Math.round((Math.round((value * most) / 255) * 255) / most);
	return (channel(colour >> 16) << 16) | (channel((colour >> 8) & 255) << 8) | channel(colour & 255);
}

function decoded(png: Buffer): Picture {
	let [width, height, channels] = [0, 0, 0];
	const parts: Buffer[] = [];
	for (let at = SIGNATURE; at < png.length; ) {
		const length = png.readUInt32BE(at);
		const type = png.toString('latin1', at + 4, at + 8);
		const data = png.subarray(at + 8, at + 8 + length);
		if (type === 'IHDR') {
			[width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
			channels = data[9] === 6 ? 4 : 3;
		}
		if (type === 'IDAT') parts.push(data);
		at += length + CHUNK_FRAME;
	}
	const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
	const pixels = new Uint32Array(width * height);
	pixels.forEach((_, at) => (pixels[at] = bytes.readUIntBE(at * channels, 3)));
	return { width, height, pixels };
}

/** Undoes the filters of the lines (PNG, "Filtering"). */
function unfiltered(raw: Buffer, lineLength: number, height: number, channels: number): Buffer {
	const bytes = Buffer.alloc(lineLength * height);
	for (let line = 0; line < height; line += 1) {
		const filter = raw[line * (lineLength + 1)];
		for (let column = 0; column < lineLength; column += 1) {
			const at = line * lineLength + column;
			const left = column >= channels ? bytes[at - channels] : 0;
			const up = line > 0 ? bytes[at - lineLength] : 0;
			const corner = line > 0 && column >= channels ? bytes[at - lineLength - channels] : 0;
			bytes[at] = raw[at + line + 1] + predicted(filter, left, up, corner);
		}
	}
	return bytes;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
	if (filter === 0) return 0;
	if (filter === 1) return left;
	if (filter === 2) return up;
	return filter === 3 ? (left + up) >> 1 : nearest(left, up, corner);
}

/** The Paeth predictor. */
function nearest(left: number, up: number, corner: number): number {
	const estimate = left + up - corner;
	const a = Math.abs(estimate - left);
	const b = Math.abs(estimate - up);
	const c = Math.abs(estimate - corner);
	if (a <= b && a <= c) return left;
	return b <= c ? up : corner;
}

function encoded(width: number, height: number, colours: number[], rows: Buffer): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	// 8 bits for each pixel, which are the number of a colour.
	header.set([8, 3], 8);
	const palette = Buffer.alloc(colours.length * 3);
	colours.forEach((colour, index) => palette.writeUIntBE(colour, index * 3, 3));
	const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		chunk('PLTE', palette),
		chunk('IDAT', deflateSync(rows, { level: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(typed), 4);
	return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}
