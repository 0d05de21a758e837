// rows.js - a table from a file goes into the field for it, whichever way it was
// saved: Excel of Chinese Windows writes GBK. Without it rows are pasted.

const area = document.getElementById('rows'), file = document.getElementById('file');

async function text(from) {
	const bytes = await from.arrayBuffer();
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder('gb18030').decode(bytes);
	}
}

if (area && file) {
	document.querySelector('[data-file]').hidden = false;
	file.addEventListener('change', async () => {
		if (file.files[0])
			area.value = await text(file.files[0]);
	});
}
