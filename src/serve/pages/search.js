// search.js - suggestions while typing. Without it the forms work as they are.

const WAIT = 90;

function row(suggestion, index, id) {
	const li = document.createElement('li');
	li.id = `${id}-${index}`;
	li.role = 'option';
	li.setAttribute('aria-selected', 'false');
	const text = document.createElement('bdi');
	text.textContent = suggestion.text;
	const kind = document.createElement('span');
	kind.className = 'badge';
	kind.textContent = suggestion.label;
	li.append(text, ' ', kind);
	return li;
}

// A title leads to the document; a name to what it stands with.
function address(s) {
	if (s.kind === 'title' && s.id)
		return `/documents/${s.id}`;
	const value = s.text.replaceAll('"', '');
	return '/search?q=' + encodeURIComponent(`${s.kind}:"${value}"`);
}

class Suggestions {
	constructor(input) {
		this.input = input;
		this.found = [];
		this.at = -1;
		this.list = document.createElement('ul');
		this.list.id = `${input.id}-list`;
		this.list.role = 'listbox';
		this.list.className = 'suggestions';
		this.list.setAttribute('aria-label', input.labels[0].textContent);
		this.list.hidden = true;
		input.form.append(this.list);
		input.role = 'combobox';
		input.setAttribute('aria-autocomplete', 'list');
		input.setAttribute('aria-controls', this.list.id);
		input.setAttribute('aria-expanded', 'false');
		input.addEventListener('input', () => this.typed());
		input.addEventListener('keydown', e => this.key(e));
		input.addEventListener('blur', () => this.close());
		this.list.addEventListener('pointerdown', e => this.pressed(e));
	}

	// What is being composed from pinyin is not typed yet: the archive knows
	// pinyin too, so it is asked all the same.
	typed() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.ask(), WAIT);
	}

	async ask() {
		const typed = this.input.value.trim();
		this.asked?.abort();
		if (!typed)
			return this.close();
		this.asked = new AbortController();
		try {
			const answer = await fetch('/api/1/suggest?q=' + encodeURIComponent(typed),
						   { signal: this.asked.signal });
			this.show(answer.ok ? (await answer.json()).suggestions : []);
		} catch {
			// another one was asked meanwhile, or the server is gone
		}
	}

	show(found) {
		if (document.activeElement !== this.input || !found.length)
			return this.close();
		this.found = found;
		this.list.replaceChildren(...found.map((s, i) => row(s, i, this.list.id)));
		this.list.hidden = false;
		this.input.setAttribute('aria-expanded', 'true');
		this.choose(-1);
	}

	close() {
		this.list.hidden = true;
		this.found = [];
		this.input.setAttribute('aria-expanded', 'false');
		this.choose(-1);
	}

	choose(at) {
		this.at = at;
		[...this.list.children].forEach((li, i) =>
			li.setAttribute('aria-selected', String(i === at)));
		if (at < 0)
			this.input.removeAttribute('aria-activedescendant');
		else
			this.input.setAttribute('aria-activedescendant', `${this.list.id}-${at}`);
	}

	key(e) {
		const n = this.found.length;
		if (e.isComposing || !n)
			return;
		if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
			e.preventDefault();
			const step = e.key === 'ArrowDown' ? 1 : -1;
			this.choose((this.at + 1 + step + n + 1) % (n + 1) - 1);
		} else if (e.key === 'Enter' && this.at >= 0) {
			e.preventDefault();
			location.assign(address(this.found[this.at]));
		} else if (e.key === 'Escape') {
			e.preventDefault(); // else what was typed goes too
			this.close();
		}
	}

	pressed(e) {
		const i = [...this.list.children].indexOf(e.target.closest('li'));
		if (i >= 0) {
			e.preventDefault();
			location.assign(address(this.found[i]));
		}
	}
}

for (const input of document.querySelectorAll('form.find input[name=q]'))
	new Suggestions(input);

// "/" goes to the search box, unless something is being typed.
document.addEventListener('keydown', e => {
	if (e.key === '/' && !e.ctrlKey && !e.metaKey && !e.altKey &&
	    !e.target.closest('input, textarea, select')) {
		e.preventDefault();
		document.querySelector('form.find input[name=q]')?.focus();
	}
});
