// node_modules/@lit/reactive-element/css-tag.js
var e = globalThis, t = e.ShadowRoot && (e.ShadyCSS === void 0 || e.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype, n = Symbol(), r = /* @__PURE__ */ new WeakMap(), i = class {
	constructor(e, t, r) {
		if (this._$cssResult$ = !0, r !== n) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
		this.cssText = e, this.t = t;
	}
	get styleSheet() {
		let e = this.o, n = this.t;
		if (t && e === void 0) {
			let t = n !== void 0 && n.length === 1;
			t && (e = r.get(n)), e === void 0 && ((this.o = e = new CSSStyleSheet()).replaceSync(this.cssText), t && r.set(n, e));
		}
		return e;
	}
	toString() {
		return this.cssText;
	}
}, a = (e) => new i(typeof e == "string" ? e : e + "", void 0, n), o = (e, ...t) => new i(e.length === 1 ? e[0] : t.reduce((t, n, r) => t + ((e) => {
	if (!0 === e._$cssResult$) return e.cssText;
	if (typeof e == "number") return e;
	throw Error("Value passed to 'css' function must be a 'css' function result: " + e + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
})(n) + e[r + 1], e[0]), e, n), s = (n, r) => {
	if (t) n.adoptedStyleSheets = r.map((e) => e instanceof CSSStyleSheet ? e : e.styleSheet);
	else for (let t of r) {
		let r = document.createElement("style"), i = e.litNonce;
		i !== void 0 && r.setAttribute("nonce", i), r.textContent = t.cssText, n.appendChild(r);
	}
}, c = t ? (e) => e : (e) => e instanceof CSSStyleSheet ? ((e) => {
	let t = "";
	for (let n of e.cssRules) t += n.cssText;
	return a(t);
})(e) : e, { is: l, defineProperty: u, getOwnPropertyDescriptor: d, getOwnPropertyNames: ee, getOwnPropertySymbols: te, getPrototypeOf: ne } = Object, f = globalThis, re = f.trustedTypes, ie = re ? re.emptyScript : "", ae = f.reactiveElementPolyfillSupport, p = (e, t) => e, m = {
	toAttribute(e, t) {
		switch (t) {
			case Boolean:
				e = e ? ie : null;
				break;
			case Object:
			case Array: e = e == null ? e : JSON.stringify(e);
		}
		return e;
	},
	fromAttribute(e, t) {
		let n = e;
		switch (t) {
			case Boolean:
				n = e !== null;
				break;
			case Number:
				n = e === null ? null : Number(e);
				break;
			case Object:
			case Array: try {
				n = JSON.parse(e);
			} catch {
				n = null;
			}
		}
		return n;
	}
}, h = (e, t) => !l(e, t), oe = {
	attribute: !0,
	type: String,
	converter: m,
	reflect: !1,
	useDefault: !1,
	hasChanged: h
};
Symbol.metadata ??= Symbol("metadata"), f.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var g = class extends HTMLElement {
	static addInitializer(e) {
		this._$Ei(), (this.l ??= []).push(e);
	}
	static get observedAttributes() {
		return this.finalize(), this._$Eh && [...this._$Eh.keys()];
	}
	static createProperty(e, t = oe) {
		if (t.state && (t.attribute = !1), this._$Ei(), this.prototype.hasOwnProperty(e) && ((t = Object.create(t)).wrapped = !0), this.elementProperties.set(e, t), !t.noAccessor) {
			let n = Symbol(), r = this.getPropertyDescriptor(e, n, t);
			r !== void 0 && u(this.prototype, e, r);
		}
	}
	static getPropertyDescriptor(e, t, n) {
		let { get: r, set: i } = d(this.prototype, e) ?? {
			get() {
				return this[t];
			},
			set(e) {
				this[t] = e;
			}
		};
		return {
			get: r,
			set(t) {
				let a = r?.call(this);
				i?.call(this, t), this.requestUpdate(e, a, n);
			},
			configurable: !0,
			enumerable: !0
		};
	}
	static getPropertyOptions(e) {
		return this.elementProperties.get(e) ?? oe;
	}
	static _$Ei() {
		if (this.hasOwnProperty(p("elementProperties"))) return;
		let e = ne(this);
		e.finalize(), e.l !== void 0 && (this.l = [...e.l]), this.elementProperties = new Map(e.elementProperties);
	}
	static finalize() {
		if (this.hasOwnProperty(p("finalized"))) return;
		if (this.finalized = !0, this._$Ei(), this.hasOwnProperty(p("properties"))) {
			let e = this.properties, t = [...ee(e), ...te(e)];
			for (let n of t) this.createProperty(n, e[n]);
		}
		let e = this[Symbol.metadata];
		if (e !== null) {
			let t = litPropertyMetadata.get(e);
			if (t !== void 0) for (let [e, n] of t) this.elementProperties.set(e, n);
		}
		this._$Eh = /* @__PURE__ */ new Map();
		for (let [e, t] of this.elementProperties) {
			let n = this._$Eu(e, t);
			n !== void 0 && this._$Eh.set(n, e);
		}
		this.elementStyles = this.finalizeStyles(this.styles);
	}
	static finalizeStyles(e) {
		let t = [];
		if (Array.isArray(e)) {
			let n = new Set(e.flat(1 / 0).reverse());
			for (let e of n) t.unshift(c(e));
		} else e !== void 0 && t.push(c(e));
		return t;
	}
	static _$Eu(e, t) {
		let n = t.attribute;
		return !1 === n ? void 0 : typeof n == "string" ? n : typeof e == "string" ? e.toLowerCase() : void 0;
	}
	constructor() {
		super(), this._$Ep = void 0, this.isUpdatePending = !1, this.hasUpdated = !1, this._$Em = null, this._$Ev();
	}
	_$Ev() {
		this._$ES = new Promise((e) => this.enableUpdating = e), this._$AL = /* @__PURE__ */ new Map(), this._$E_(), this.requestUpdate(), this.constructor.l?.forEach((e) => e(this));
	}
	addController(e) {
		(this._$EO ??= /* @__PURE__ */ new Set()).add(e), this.renderRoot !== void 0 && this.isConnected && e.hostConnected?.();
	}
	removeController(e) {
		this._$EO?.delete(e);
	}
	_$E_() {
		let e = /* @__PURE__ */ new Map(), t = this.constructor.elementProperties;
		for (let n of t.keys()) this.hasOwnProperty(n) && (e.set(n, this[n]), delete this[n]);
		e.size > 0 && (this._$Ep = e);
	}
	createRenderRoot() {
		let e = this.shadowRoot ?? this.attachShadow(this.constructor.shadowRootOptions);
		return s(e, this.constructor.elementStyles), e;
	}
	connectedCallback() {
		this.renderRoot ??= this.createRenderRoot(), this.enableUpdating(!0), this._$EO?.forEach((e) => e.hostConnected?.());
	}
	enableUpdating(e) {}
	disconnectedCallback() {
		this._$EO?.forEach((e) => e.hostDisconnected?.());
	}
	attributeChangedCallback(e, t, n) {
		this._$AK(e, n);
	}
	_$ET(e, t) {
		let n = this.constructor.elementProperties.get(e), r = this.constructor._$Eu(e, n);
		if (r !== void 0 && !0 === n.reflect) {
			let i = (n.converter?.toAttribute === void 0 ? m : n.converter).toAttribute(t, n.type);
			this._$Em = e, i == null ? this.removeAttribute(r) : this.setAttribute(r, i), this._$Em = null;
		}
	}
	_$AK(e, t) {
		let n = this.constructor, r = n._$Eh.get(e);
		if (r !== void 0 && this._$Em !== r) {
			let e = n.getPropertyOptions(r), i = typeof e.converter == "function" ? { fromAttribute: e.converter } : e.converter?.fromAttribute === void 0 ? m : e.converter;
			this._$Em = r;
			let a = i.fromAttribute(t, e.type);
			this[r] = a ?? this._$Ej?.get(r) ?? a, this._$Em = null;
		}
	}
	requestUpdate(e, t, n, r = !1, i) {
		if (e !== void 0) {
			let a = this.constructor;
			if (!1 === r && (i = this[e]), n ??= a.getPropertyOptions(e), !((n.hasChanged ?? h)(i, t) || n.useDefault && n.reflect && i === this._$Ej?.get(e) && !this.hasAttribute(a._$Eu(e, n)))) return;
			this.C(e, t, n);
		}
		!1 === this.isUpdatePending && (this._$ES = this._$EP());
	}
	C(e, t, { useDefault: n, reflect: r, wrapped: i }, a) {
		n && !(this._$Ej ??= /* @__PURE__ */ new Map()).has(e) && (this._$Ej.set(e, a ?? t ?? this[e]), !0 !== i || a !== void 0) || (this._$AL.has(e) || (this.hasUpdated || n || (t = void 0), this._$AL.set(e, t)), !0 === r && this._$Em !== e && (this._$Eq ??= /* @__PURE__ */ new Set()).add(e));
	}
	async _$EP() {
		this.isUpdatePending = !0;
		try {
			await this._$ES;
		} catch (e) {
			Promise.reject(e);
		}
		let e = this.scheduleUpdate();
		return e != null && await e, !this.isUpdatePending;
	}
	scheduleUpdate() {
		return this.performUpdate();
	}
	performUpdate() {
		if (!this.isUpdatePending) return;
		if (!this.hasUpdated) {
			if (this.renderRoot ??= this.createRenderRoot(), this._$Ep) {
				for (let [e, t] of this._$Ep) this[e] = t;
				this._$Ep = void 0;
			}
			let e = this.constructor.elementProperties;
			if (e.size > 0) for (let [t, n] of e) {
				let { wrapped: e } = n, r = this[t];
				!0 !== e || this._$AL.has(t) || r === void 0 || this.C(t, void 0, n, r);
			}
		}
		let e = !1, t = this._$AL;
		try {
			e = this.shouldUpdate(t), e ? (this.willUpdate(t), this._$EO?.forEach((e) => e.hostUpdate?.()), this.update(t)) : this._$EM();
		} catch (t) {
			throw e = !1, this._$EM(), t;
		}
		e && this._$AE(t);
	}
	willUpdate(e) {}
	_$AE(e) {
		this._$EO?.forEach((e) => e.hostUpdated?.()), this.hasUpdated || (this.hasUpdated = !0, this.firstUpdated(e)), this.updated(e);
	}
	_$EM() {
		this._$AL = /* @__PURE__ */ new Map(), this.isUpdatePending = !1;
	}
	get updateComplete() {
		return this.getUpdateComplete();
	}
	getUpdateComplete() {
		return this._$ES;
	}
	shouldUpdate(e) {
		return !0;
	}
	update(e) {
		this._$Eq &&= this._$Eq.forEach((e) => this._$ET(e, this[e])), this._$EM();
	}
	updated(e) {}
	firstUpdated(e) {}
};
g.elementStyles = [], g.shadowRootOptions = { mode: "open" }, g[p("elementProperties")] = /* @__PURE__ */ new Map(), g[p("finalized")] = /* @__PURE__ */ new Map(), ae?.({ ReactiveElement: g }), (f.reactiveElementVersions ??= []).push("2.1.2");
// node_modules/lit-html/lit-html.js
var _ = globalThis, se = (e) => e, v = _.trustedTypes, ce = v ? v.createPolicy("lit-html", { createHTML: (e) => e }) : void 0, le = "$lit$", y = `lit$${Math.random().toFixed(9).slice(2)}$`, ue = "?" + y, de = `<${ue}>`, b = document, x = () => b.createComment(""), S = (e) => e === null || typeof e != "object" && typeof e != "function", C = Array.isArray, fe = (e) => C(e) || typeof e?.[Symbol.iterator] == "function", w = "[ 	\n\f\r]", T = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g, E = /-->/g, pe = />/g, D = RegExp(`>|${w}(?:([^\\s"'>=/]+)(${w}*=${w}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`, "g"), me = /'/g, he = /"/g, ge = /^(?:script|style|textarea|title)$/i, O = (e) => (t, ...n) => ({
	_$litType$: e,
	strings: t,
	values: n
}), k = O(1), _e = O(2), A = Symbol.for("lit-noChange"), j = Symbol.for("lit-nothing"), ve = /* @__PURE__ */ new WeakMap(), M = b.createTreeWalker(b, 129);
function ye(e, t) {
	if (!C(e) || !e.hasOwnProperty("raw")) throw Error("invalid template strings array");
	return ce === void 0 ? t : ce.createHTML(t);
}
var be = (e, t) => {
	let n = e.length - 1, r = [], i, a = t === 2 ? "<svg>" : t === 3 ? "<math>" : "", o = T;
	for (let t = 0; t < n; t++) {
		let n = e[t], s, c, l = -1, u = 0;
		for (; u < n.length && (o.lastIndex = u, c = o.exec(n), c !== null);) u = o.lastIndex, o === T ? c[1] === "!--" ? o = E : c[1] === void 0 ? c[2] === void 0 ? c[3] !== void 0 && (o = D) : (ge.test(c[2]) && (i = RegExp("</" + c[2], "g")), o = D) : o = pe : o === D ? c[0] === ">" ? (o = i ?? T, l = -1) : c[1] === void 0 ? l = -2 : (l = o.lastIndex - c[2].length, s = c[1], o = c[3] === void 0 ? D : c[3] === "\"" ? he : me) : o === he || o === me ? o = D : o === E || o === pe ? o = T : (o = D, i = void 0);
		let d = o === D && e[t + 1].startsWith("/>") ? " " : "";
		a += o === T ? n + de : l >= 0 ? (r.push(s), n.slice(0, l) + le + n.slice(l) + y + d) : n + y + (l === -2 ? t : d);
	}
	return [ye(e, a + (e[n] || "<?>") + (t === 2 ? "</svg>" : t === 3 ? "</math>" : "")), r];
}, N = class e {
	constructor({ strings: t, _$litType$: n }, r) {
		let i;
		this.parts = [];
		let a = 0, o = 0, s = t.length - 1, c = this.parts, [l, u] = be(t, n);
		if (this.el = e.createElement(l, r), M.currentNode = this.el.content, n === 2 || n === 3) {
			let e = this.el.content.firstChild;
			e.replaceWith(...e.childNodes);
		}
		for (; (i = M.nextNode()) !== null && c.length < s;) {
			if (i.nodeType === 1) {
				if (i.hasAttributes()) for (let e of i.getAttributeNames()) if (e.endsWith(le)) {
					let t = u[o++], n = i.getAttribute(e).split(y), r = /([.?@])?(.*)/.exec(t);
					c.push({
						type: 1,
						index: a,
						name: r[2],
						strings: n,
						ctor: r[1] === "." ? Se : r[1] === "?" ? Ce : r[1] === "@" ? we : I
					}), i.removeAttribute(e);
				} else e.startsWith(y) && (c.push({
					type: 6,
					index: a
				}), i.removeAttribute(e));
				if (ge.test(i.tagName)) {
					let e = i.textContent.split(y), t = e.length - 1;
					if (t > 0) {
						i.textContent = v ? v.emptyScript : "";
						for (let n = 0; n < t; n++) i.append(e[n], x()), M.nextNode(), c.push({
							type: 2,
							index: ++a
						});
						i.append(e[t], x());
					}
				}
			} else if (i.nodeType === 8) {
				if (i.data === ue) c.push({
					type: 2,
					index: a
				});
				else {
					let e = -1;
					for (; (e = i.data.indexOf(y, e + 1)) !== -1;) c.push({
						type: 7,
						index: a
					}), e += y.length - 1;
				}
			}
			a++;
		}
	}
	static createElement(e, t) {
		let n = b.createElement("template");
		return n.innerHTML = e, n;
	}
};
function P(e, t, n = e, r) {
	if (t === A) return t;
	let i = r === void 0 ? n._$Cl : n._$Co?.[r], a = S(t) ? void 0 : t._$litDirective$;
	return i?.constructor !== a && (i?._$AO?.(!1), a === void 0 ? i = void 0 : (i = new a(e), i._$AT(e, n, r)), r === void 0 ? n._$Cl = i : (n._$Co ??= [])[r] = i), i !== void 0 && (t = P(e, i._$AS(e, t.values), i, r)), t;
}
var xe = class {
	constructor(e, t) {
		this._$AV = [], this._$AN = void 0, this._$AD = e, this._$AM = t;
	}
	get parentNode() {
		return this._$AM.parentNode;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	u(e) {
		let { el: { content: t }, parts: n } = this._$AD, r = (e?.creationScope ?? b).importNode(t, !0);
		M.currentNode = r;
		let i = M.nextNode(), a = 0, o = 0, s = n[0];
		for (; s !== void 0;) {
			if (a === s.index) {
				let t;
				s.type === 2 ? t = new F(i, i.nextSibling, this, e) : s.type === 1 ? t = new s.ctor(i, s.name, s.strings, this, e) : s.type === 6 && (t = new Te(i, this, e)), this._$AV.push(t), s = n[++o];
			}
			a !== s?.index && (i = M.nextNode(), a++);
		}
		return M.currentNode = b, r;
	}
	p(e) {
		let t = 0;
		for (let n of this._$AV) n !== void 0 && (n.strings === void 0 ? n._$AI(e[t]) : (n._$AI(e, n, t), t += n.strings.length - 2)), t++;
	}
}, F = class e {
	get _$AU() {
		return this._$AM?._$AU ?? this._$Cv;
	}
	constructor(e, t, n, r) {
		this.type = 2, this._$AH = j, this._$AN = void 0, this._$AA = e, this._$AB = t, this._$AM = n, this.options = r, this._$Cv = r?.isConnected ?? !0;
	}
	get parentNode() {
		let e = this._$AA.parentNode, t = this._$AM;
		return t !== void 0 && e?.nodeType === 11 && (e = t.parentNode), e;
	}
	get startNode() {
		return this._$AA;
	}
	get endNode() {
		return this._$AB;
	}
	_$AI(e, t = this) {
		e = P(this, e, t), S(e) ? e === j || e == null || e === "" ? (this._$AH !== j && this._$AR(), this._$AH = j) : e !== this._$AH && e !== A && this._(e) : e._$litType$ === void 0 ? e.nodeType === void 0 ? fe(e) ? this.k(e) : this._(e) : this.T(e) : this.$(e);
	}
	O(e) {
		return this._$AA.parentNode.insertBefore(e, this._$AB);
	}
	T(e) {
		this._$AH !== e && (this._$AR(), this._$AH = this.O(e));
	}
	_(e) {
		this._$AH !== j && S(this._$AH) ? this._$AA.nextSibling.data = e : this.T(b.createTextNode(e)), this._$AH = e;
	}
	$(e) {
		let { values: t, _$litType$: n } = e, r = typeof n == "number" ? this._$AC(e) : (n.el === void 0 && (n.el = N.createElement(ye(n.h, n.h[0]), this.options)), n);
		if (this._$AH?._$AD === r) this._$AH.p(t);
		else {
			let e = new xe(r, this), n = e.u(this.options);
			e.p(t), this.T(n), this._$AH = e;
		}
	}
	_$AC(e) {
		let t = ve.get(e.strings);
		return t === void 0 && ve.set(e.strings, t = new N(e)), t;
	}
	k(t) {
		C(this._$AH) || (this._$AH = [], this._$AR());
		let n = this._$AH, r, i = 0;
		for (let a of t) i === n.length ? n.push(r = new e(this.O(x()), this.O(x()), this, this.options)) : r = n[i], r._$AI(a), i++;
		i < n.length && (this._$AR(r && r._$AB.nextSibling, i), n.length = i);
	}
	_$AR(e = this._$AA.nextSibling, t) {
		for (this._$AP?.(!1, !0, t); e !== this._$AB;) {
			let t = se(e).nextSibling;
			se(e).remove(), e = t;
		}
	}
	setConnected(e) {
		this._$AM === void 0 && (this._$Cv = e, this._$AP?.(e));
	}
}, I = class {
	get tagName() {
		return this.element.tagName;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	constructor(e, t, n, r, i) {
		this.type = 1, this._$AH = j, this._$AN = void 0, this.element = e, this.name = t, this._$AM = r, this.options = i, n.length > 2 || n[0] !== "" || n[1] !== "" ? (this._$AH = Array(n.length - 1).fill(/* @__PURE__ */ new String()), this.strings = n) : this._$AH = j;
	}
	_$AI(e, t = this, n, r) {
		let i = this.strings, a = !1;
		if (i === void 0) e = P(this, e, t, 0), a = !S(e) || e !== this._$AH && e !== A, a && (this._$AH = e);
		else {
			let r = e, o, s;
			for (e = i[0], o = 0; o < i.length - 1; o++) s = P(this, r[n + o], t, o), s === A && (s = this._$AH[o]), a ||= !S(s) || s !== this._$AH[o], s === j ? e = j : e !== j && (e += (s ?? "") + i[o + 1]), this._$AH[o] = s;
		}
		a && !r && this.j(e);
	}
	j(e) {
		e === j ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, e ?? "");
	}
}, Se = class extends I {
	constructor() {
		super(...arguments), this.type = 3;
	}
	j(e) {
		this.element[this.name] = e === j ? void 0 : e;
	}
}, Ce = class extends I {
	constructor() {
		super(...arguments), this.type = 4;
	}
	j(e) {
		this.element.toggleAttribute(this.name, !!e && e !== j);
	}
}, we = class extends I {
	constructor(e, t, n, r, i) {
		super(e, t, n, r, i), this.type = 5;
	}
	_$AI(e, t = this) {
		if ((e = P(this, e, t, 0) ?? j) === A) return;
		let n = this._$AH, r = e === j && n !== j || e.capture !== n.capture || e.once !== n.once || e.passive !== n.passive, i = e !== j && (n === j || r);
		r && this.element.removeEventListener(this.name, this, n), i && this.element.addEventListener(this.name, this, e), this._$AH = e;
	}
	handleEvent(e) {
		typeof this._$AH == "function" ? this._$AH.call(this.options?.host ?? this.element, e) : this._$AH.handleEvent(e);
	}
}, Te = class {
	constructor(e, t, n) {
		this.element = e, this.type = 6, this._$AN = void 0, this._$AM = t, this.options = n;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AI(e) {
		P(this, e);
	}
}, Ee = _.litHtmlPolyfillSupport;
Ee?.(N, F), (_.litHtmlVersions ??= []).push("3.3.3");
var De = (e, t, n) => {
	let r = n?.renderBefore ?? t, i = r._$litPart$;
	if (i === void 0) {
		let e = n?.renderBefore ?? null;
		r._$litPart$ = i = new F(t.insertBefore(x(), e), e, void 0, n ?? {});
	}
	return i._$AI(e), i;
}, L = globalThis, R = class extends g {
	constructor() {
		super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
	}
	createRenderRoot() {
		let e = super.createRenderRoot();
		return this.renderOptions.renderBefore ??= e.firstChild, e;
	}
	update(e) {
		let t = this.render();
		this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(e), this._$Do = De(t, this.renderRoot, this.renderOptions);
	}
	connectedCallback() {
		super.connectedCallback(), this._$Do?.setConnected(!0);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this._$Do?.setConnected(!1);
	}
	render() {
		return A;
	}
};
R._$litElement$ = !0, R.finalized = !0, L.litElementHydrateSupport?.({ LitElement: R });
var Oe = L.litElementPolyfillSupport;
Oe?.({ LitElement: R }), (L.litElementVersions ??= []).push("4.2.2");
// node_modules/@lit/reactive-element/decorators/property.js
var ke = {
	attribute: !0,
	type: String,
	converter: m,
	reflect: !1,
	hasChanged: h
}, Ae = (e = ke, t, n) => {
	let { kind: r, metadata: i } = n, a = globalThis.litPropertyMetadata.get(i);
	if (a === void 0 && globalThis.litPropertyMetadata.set(i, a = /* @__PURE__ */ new Map()), r === "setter" && ((e = Object.create(e)).wrapped = !0), a.set(n.name, e), r === "accessor") {
		let { name: r } = n;
		return {
			set(n) {
				let i = t.get.call(this);
				t.set.call(this, n), this.requestUpdate(r, i, e, !0, n);
			},
			init(t) {
				return t !== void 0 && this.C(r, void 0, e, t), t;
			}
		};
	}
	if (r === "setter") {
		let { name: r } = n;
		return function(n) {
			let i = this[r];
			t.call(this, n), this.requestUpdate(r, i, e, !0, n);
		};
	}
	throw Error("Unsupported decorator location: " + r);
};
function z(e) {
	return (t, n) => typeof n == "object" ? Ae(e, t, n) : ((e, t, n) => {
		let r = t.hasOwnProperty(n);
		return t.constructor.createProperty(n, e), r ? Object.getOwnPropertyDescriptor(t, n) : void 0;
	})(e, t, n);
}
// node_modules/@lit/reactive-element/decorators/state.js
function B(e) {
	return z({
		...e,
		state: !0,
		attribute: !1
	});
}
// src/demo.ts
function je(e) {
	return {
		accounts: [{
			entry_id: "demo",
			title: "Demo",
			state: "loaded",
			can_control: !0,
			entities: {},
			registration: "registered",
			has_stt: !0,
			has_tts: !0,
			targets: ["Kitchen"],
			contacts: []
		}],
		calls: [{
			call_id: "demo",
			entry_id: "demo",
			company: "Acme Bank",
			number: "+1 555 0100",
			goal: "A charge on my bill",
			started_at: e - 1520,
			answered_at: e - 1510,
			ended_at: null,
			phase: "on_hold",
			phase_since: e - 1440,
			hold_started_at: e - 1440,
			hold_s: 0,
			is_human: !1,
			target: "",
			last_action: "",
			last_heard: "Your call is important to us. Please stay on the line.",
			outcome: null,
			sentence: "",
			has_recording: !1,
			strip: [
				[0, "recording"],
				[62, "silence"],
				[70, "music"],
				[520, "recording"],
				[532, "music"],
				[1010, "recording"],
				[1022, "music"]
			],
			transcript: []
		}],
		recent: [],
		skew: 0
	};
}
// src/model.ts
var Me = /* @__PURE__ */ new Set(["on_hold", "candidate"]), V = (e, t, n) => e.map((e) => e.call_id === t ? n(e) : e);
function Ne(e, t, n) {
	if (t.kind === "snapshot") {
		let { accounts: e, calls: r, recent: i } = t;
		return {
			accounts: e,
			calls: r,
			recent: i,
			skew: t.now - n
		};
	}
	if (!e) return e;
	switch (t.kind) {
		case "call": {
			let { call: r } = t, i = t.now - n;
			if (e.calls.some((e) => e.call_id === r.call_id)) return {
				...e,
				skew: i,
				calls: V(e.calls, r.call_id, (e) => ({
					...e,
					...r
				}))
			};
			let a = e.calls.filter((e) => e.phase !== "ended" || e.entry_id !== r.entry_id);
			return {
				...e,
				skew: i,
				calls: [{
					...r,
					strip: [],
					transcript: []
				}, ...a]
			};
		}
		case "transcript": {
			let n = (e) => ({
				...e,
				transcript: [...e.transcript, t.line].slice(-500)
			});
			return {
				...e,
				calls: V(e.calls, t.call_id, n)
			};
		}
		case "strip": {
			let n = (e) => ({
				...e,
				strip: [...e.strip.slice(0, t.from), ...t.rows]
			});
			return {
				...e,
				calls: V(e.calls, t.call_id, n)
			};
		}
		case "account": {
			let n = e.accounts.filter((e) => e.entry_id !== t.account.entry_id), r = n.length === e.accounts.length ? [...n, t.account] : e.accounts.map((e) => e.entry_id === t.account.entry_id ? t.account : e), i = t.account.state === "loaded" ? e.calls : e.calls.filter((e) => e.entry_id !== t.account.entry_id);
			return {
				...e,
				accounts: r,
				calls: i
			};
		}
		case "account_removed": {
			let n = (e) => e.entry_id !== t.entry_id, { accounts: r, calls: i, recent: a } = e;
			return {
				...e,
				accounts: r.filter(n),
				calls: i.filter(n),
				recent: a.filter(n)
			};
		}
		case "recent": {
			let n = [...e.recent.filter((e) => e.entry_id !== t.entry_id), ...t.recent.map((e) => ({
				...e,
				entry_id: t.entry_id
			}))];
			return {
				...e,
				recent: n.sort((e, t) => t.started_at - e.started_at)
			};
		}
	}
}
function Pe(e, t) {
	let n = Me.has(e.phase) && e.hold_started_at !== null ? t - e.hold_started_at : 0;
	return e.hold_s + Math.max(0, n);
}
function Fe(e) {
	let t = e.filter((e) => e.phase !== "ended");
	return t.find((e) => e.is_human) ?? t[0] ?? e[0];
}
// src/listen.ts
var Ie = .08, Le = .4, Re = 16;
function ze(e) {
	let t = Uint8Array.from(atob(e), (e) => e.charCodeAt(0)), n = new DataView(t.buffer);
	return Float32Array.from({ length: t.length >> 1 }, (e, t) => n.getInt16(t * 2, !0) / 32768);
}
var Be = class {
	constructor(e, t, n, r) {
		this.hass = e, this.onLevel = n, this.onEnd = r, this.context = new AudioContext(), this.next = 0, this.rate = 8e3, this.subscription = 0, this.stop = e.connection.subscribeMessage((e) => {
			this.take(e);
		}, {
			type: "hold_slayer/audio/listen",
			call_id: t
		}, { resubscribe: !1 }), this.stop.catch((e) => {
			this.close(), r(e);
		});
	}
	take(e) {
		switch (e.kind) {
			case "ready":
				({rate: this.rate, subscription: this.subscription} = e);
				return;
			case "audio":
				this.play(ze(e.pcm)), e.seq % Re === 0 && this.ack(e.seq);
				return;
			case "ended": this.close(), this.onEnd();
		}
	}
	ack(e) {
		this.hass.callWS({
			type: "hold_slayer/audio/ack",
			subscription: this.subscription,
			seq: e
		}).catch(() => void 0);
	}
	play(e) {
		this.onLevel(Math.sqrt(e.reduce((e, t) => e + t * t, 0) / Math.max(1, e.length)));
		let t = this.context.currentTime;
		if (this.next > t + Le) return;
		this.next <= t && (this.next = t + Ie);
		let n = this.context.createBuffer(1, e.length, this.rate);
		n.copyToChannel(e, 0);
		let r = this.context.createBufferSource();
		r.buffer = n, r.connect(this.context.destination), r.start(this.next), this.next += e.length / this.rate;
	}
	close() {
		let { stop: e } = this;
		this.stop = void 0, e?.then((e) => e()).catch(() => void 0), this.context.state !== "closed" && this.context.close();
	}
}, Ve = {
	title: "Hold Slayer",
	strip: "In der Leitung gehört",
	phase: {
		dialing: "Wählt",
		ringing: "Es klingelt",
		navigating: "Im Menü",
		on_hold: "In der Warteschleife",
		candidate: "Ist das ein Mensch?",
		human: "Ein Mensch ist in der Leitung",
		transferring: "Stellt durch",
		connected: "Verbunden",
		ending: "Legt auf",
		ended: "Beendet"
	},
	heard: {
		human: "Mensch",
		candidate: "Vielleicht ein Mensch",
		speech: "Sprache",
		recording: "Ansage",
		music: "Musik",
		tone: "Ton",
		silence: "Stille"
	},
	note: {
		started: "Anruf begonnen",
		ringing: "Es klingelt",
		answered: "Angenommen",
		hold_started: "In der Warteschleife",
		candidate: "Vielleicht ein Mensch",
		candidate_dropped: "Es war eine Ansage",
		human_answered: "Ein Mensch ist in der Leitung",
		greeted: "Begrüßt",
		target_ringing: "{target} klingelt",
		target_failed: "{target} hat nicht abgenommen",
		connected: "Verbunden",
		service_failed: "Geht nicht: {service}",
		key_pressed: "{digits} gedrückt",
		question_asked: "Frage an Sie: {fact}",
		question_closed: "Frage erledigt",
		ended: "{sentence}"
	},
	outcome: {
		connected: "Durchgestellt",
		user_unreachable: "Sie haben nicht abgenommen",
		hung_up: "Von Ihnen beendet",
		remote_hung_up: "Von der Firma beendet",
		busy: "Besetzt",
		no_answer: "Keine Antwort",
		not_found: "Nummer gibt es nicht",
		declined: "Abgelehnt",
		unavailable: "Nicht erreichbar",
		auth_failed: "Passwort abgelehnt",
		trunk_unreachable: "Anbieter nicht erreichbar",
		closed: "Geschlossen",
		voicemail: "Anrufbeantworter",
		number_changed: "Nummer hat sich geändert",
		no_route: "Kein Weg durch das Menü",
		no_speech: "Nichts gehört",
		hold_timeout: "Zu lange gewartet",
		call_timeout: "Anruf zu lang",
		refused: "Nicht gewählt",
		interrupted: "Durch Neustart unterbrochen",
		failed: "Fehlgeschlagen"
	},
	who: {
		far: "Leitung",
		agent: "Hold Slayer"
	},
	on_hold_for: "in der Warteschleife",
	usually: "meist {time}",
	best_at: "am besten um {hour}",
	call: "Anrufen",
	number: "Nummer",
	goal: "Worum geht es?",
	general_goal: "mit einem Mitarbeiter sprechen",
	start: "Anrufen und warten",
	recent: "Letzte Anrufe",
	nothing_yet: "Noch keine Anrufe",
	connect: "Verbinde mich",
	connect_to: "Verbinden mit …",
	hang_up: "Auflegen",
	really: "Wirklich auflegen?",
	yes: "Ja, auflegen",
	no: "Nein",
	wait_again: "Wieder warten",
	listen: "Mithören",
	listen_stop: "Nicht mehr mithören",
	level: "Lautstärke",
	recording: "Aufnahme",
	recording_delete: "Aufnahme löschen",
	recording_really: "Aufnahme endgültig löschen?",
	recording_yes: "Ja, löschen",
	recording_gone: "Die Aufnahme ist gelöscht.",
	keypad: "Tastenfeld",
	key: "Taste {key}",
	transcript: "Was gesagt wurde",
	whole: "Ganzer Anruf",
	latest: "Letzte 5 Minuten",
	back: "Zurück",
	again: "Noch einmal anrufen",
	dismiss: "Fertig",
	longer: "{time} länger als sonst",
	shorter: "{time} kürzer als sonst",
	no_account: "Richten Sie unter Einstellungen → Geräte & Dienste ein Konto ein.",
	no_right: "Sie dürfen zusehen, aber nicht anrufen.",
	not_registered: "{title} ist beim Anbieter nicht angemeldet.",
	not_loaded: "{title} läuft nicht.",
	no_stt: "Ohne Spracherkennung werden Menüs nicht verstanden.",
	loading: "Lädt …",
	lost: "Verbindung verloren. Was hier steht, kann veraltet sein.",
	failed: "Das hat nicht geklappt: {error}",
	ringing_at: "{target} klingelt",
	pick_up: "Abnehmen: {target} klingelt",
	question: "Die Leitung fragt nach: {fact}",
	answer: "Ihre Antwort",
	send: "Senden",
	decline: "Habe ich nicht",
	seconds_left: "noch {count} s",
	editor: {
		title: "Titel",
		account: "Konto (leer: alle)",
		hide_contacts: "Kontakte verbergen",
		hide_form: "Nummernfeld verbergen",
		hide_recent: "Letzte Anrufe verbergen",
		hide_transcript: "Mitschrift verbergen",
		sound: "Ton, wenn ein Mensch abnimmt"
	},
	card_description: "Ruft Firmen an, wartet in der Warteschleife und stellt durch."
}, He = {
	title: "Hold Slayer",
	strip: "Heard on the line",
	phase: {
		dialing: "Dialing",
		ringing: "Ringing",
		navigating: "In the menu",
		on_hold: "On hold",
		candidate: "Is that a human?",
		human: "A human is on the line",
		transferring: "Putting you through",
		connected: "Connected",
		ending: "Ending",
		ended: "Ended"
	},
	heard: {
		human: "Human",
		candidate: "Maybe a human",
		speech: "Speech",
		recording: "Recording",
		music: "Music",
		tone: "Tone",
		silence: "Silence"
	},
	note: {
		started: "Call started",
		ringing: "It rings",
		answered: "Answered",
		hold_started: "On hold",
		candidate: "Maybe a human",
		candidate_dropped: "It was a recording",
		human_answered: "A human is on the line",
		greeted: "Greeted",
		target_ringing: "Ringing {target}",
		target_failed: "{target} did not answer",
		connected: "Connected",
		service_failed: "Not working: {service}",
		key_pressed: "Pressed {digits}",
		question_asked: "Question for you: {fact}",
		question_closed: "Question closed",
		ended: "{sentence}"
	},
	outcome: {
		connected: "Put through",
		user_unreachable: "You did not answer",
		hung_up: "Ended by you",
		remote_hung_up: "Ended by the company",
		busy: "Busy",
		no_answer: "No answer",
		not_found: "Number does not exist",
		declined: "Declined",
		unavailable: "Unavailable",
		auth_failed: "Password refused",
		trunk_unreachable: "Provider unreachable",
		closed: "Closed",
		voicemail: "Voicemail",
		number_changed: "Number has changed",
		no_route: "No way through the menu",
		no_speech: "Nothing heard",
		hold_timeout: "Waited too long",
		call_timeout: "Call too long",
		refused: "Not dialled",
		interrupted: "Interrupted by a restart",
		failed: "Failed"
	},
	who: {
		far: "Line",
		agent: "Hold Slayer"
	},
	on_hold_for: "on hold",
	usually: "usually {time}",
	best_at: "best at {hour}",
	call: "Call",
	number: "Number",
	goal: "What for?",
	general_goal: "speak to a representative",
	start: "Call and wait",
	recent: "Last calls",
	nothing_yet: "No calls yet",
	connect: "Connect me",
	connect_to: "Connect to …",
	hang_up: "Hang up",
	really: "Really hang up?",
	yes: "Yes, hang up",
	no: "No",
	wait_again: "Wait again",
	listen: "Listen",
	listen_stop: "Stop listening",
	level: "Loudness",
	recording: "Recording",
	recording_delete: "Delete the recording",
	recording_really: "Delete the recording for good?",
	recording_yes: "Yes, delete",
	recording_gone: "The recording is deleted.",
	keypad: "Keypad",
	key: "Key {key}",
	transcript: "What was said",
	whole: "Whole call",
	latest: "Last 5 minutes",
	back: "Back",
	again: "Call again",
	dismiss: "Done",
	longer: "{time} longer than usual",
	shorter: "{time} shorter than usual",
	no_account: "Set up an account under Settings → Devices & services.",
	no_right: "You may watch, but not call.",
	not_registered: "{title} is not registered with the provider.",
	not_loaded: "{title} is not running.",
	no_stt: "Without speech to text, menus are not understood.",
	loading: "Loading …",
	lost: "Connection lost. What is shown may be old.",
	failed: "That did not work: {error}",
	ringing_at: "Ringing {target}",
	pick_up: "Pick up: {target} is ringing",
	question: "The line asks for: {fact}",
	answer: "Your answer",
	send: "Send",
	decline: "I do not have it",
	seconds_left: "{count} s left",
	editor: {
		title: "Title",
		account: "Account (empty: all)",
		hide_contacts: "Hide contacts",
		hide_form: "Hide number field",
		hide_recent: "Hide last calls",
		hide_transcript: "Hide transcript",
		sound: "Sound when a human answers"
	},
	card_description: "Calls companies, waits on hold and puts you through."
}, Ue = {
	en: He,
	de: Ve,
	fr: {
		title: "Hold Slayer",
		strip: "Entendu sur la ligne",
		phase: {
			dialing: "Numérotation",
			ringing: "Ça sonne",
			navigating: "Dans le menu",
			on_hold: "En attente",
			candidate: "Est-ce un humain ?",
			human: "Un humain est en ligne",
			transferring: "Transfert en cours",
			connected: "En communication",
			ending: "Fin de l'appel",
			ended: "Terminé"
		},
		heard: {
			human: "Humain",
			candidate: "Peut-être un humain",
			speech: "Parole",
			recording: "Annonce",
			music: "Musique",
			tone: "Tonalité",
			silence: "Silence"
		},
		note: {
			started: "Appel commencé",
			ringing: "Ça sonne",
			answered: "Décroché",
			hold_started: "En attente",
			candidate: "Peut-être un humain",
			candidate_dropped: "C'était une annonce",
			human_answered: "Un humain est en ligne",
			greeted: "Salué",
			target_ringing: "{target} sonne",
			target_failed: "{target} n'a pas répondu",
			connected: "En communication",
			service_failed: "Ne fonctionne pas : {service}",
			key_pressed: "Touche {digits}",
			question_asked: "Question pour vous : {fact}",
			question_closed: "Question close",
			ended: "{sentence}"
		},
		outcome: {
			connected: "Transféré",
			user_unreachable: "Vous n'avez pas répondu",
			hung_up: "Terminé par vous",
			remote_hung_up: "Terminé par l'entreprise",
			busy: "Occupé",
			no_answer: "Pas de réponse",
			not_found: "Le numéro n'existe pas",
			declined: "Refusé",
			unavailable: "Indisponible",
			auth_failed: "Mot de passe refusé",
			trunk_unreachable: "Fournisseur injoignable",
			closed: "Fermé",
			voicemail: "Messagerie",
			number_changed: "Le numéro a changé",
			no_route: "Pas de chemin dans le menu",
			no_speech: "Rien entendu",
			hold_timeout: "Attente trop longue",
			call_timeout: "Appel trop long",
			refused: "Non composé",
			interrupted: "Interrompu par un redémarrage",
			failed: "Échec"
		},
		who: {
			far: "Ligne",
			agent: "Hold Slayer"
		},
		on_hold_for: "en attente",
		usually: "d'habitude {time}",
		best_at: "idéal à {hour}",
		call: "Appeler",
		number: "Numéro",
		goal: "Pour quoi ?",
		general_goal: "parler à un conseiller",
		start: "Appeler et attendre",
		recent: "Derniers appels",
		nothing_yet: "Aucun appel",
		connect: "Passez-moi l'appel",
		connect_to: "Transférer vers …",
		hang_up: "Raccrocher",
		really: "Vraiment raccrocher ?",
		yes: "Oui, raccrocher",
		no: "Non",
		wait_again: "Attendre à nouveau",
		listen: "Écouter",
		listen_stop: "Ne plus écouter",
		level: "Volume",
		recording: "Enregistrement",
		recording_delete: "Supprimer l'enregistrement",
		recording_really: "Supprimer définitivement l'enregistrement ?",
		recording_yes: "Oui, supprimer",
		recording_gone: "L'enregistrement est supprimé.",
		keypad: "Clavier",
		key: "Touche {key}",
		transcript: "Ce qui a été dit",
		whole: "Tout l'appel",
		latest: "5 dernières minutes",
		back: "Retour",
		again: "Rappeler",
		dismiss: "Terminé",
		longer: "{time} de plus que d'habitude",
		shorter: "{time} de moins que d'habitude",
		no_account: "Configurez un compte sous Paramètres → Appareils et services.",
		no_right: "Vous pouvez regarder, mais pas appeler.",
		not_registered: "{title} n'est pas enregistré chez le fournisseur.",
		not_loaded: "{title} ne fonctionne pas.",
		no_stt: "Sans reconnaissance vocale, les menus ne sont pas compris.",
		loading: "Chargement …",
		lost: "Connexion perdue. L'affichage peut être ancien.",
		failed: "Cela n'a pas marché : {error}",
		ringing_at: "{target} sonne",
		pick_up: "Décrochez : {target} sonne",
		question: "La ligne demande : {fact}",
		answer: "Votre réponse",
		send: "Envoyer",
		decline: "Je ne l'ai pas",
		seconds_left: "encore {count} s",
		editor: {
			title: "Titre",
			account: "Compte (vide : tous)",
			hide_contacts: "Masquer les contacts",
			hide_form: "Masquer le champ numéro",
			hide_recent: "Masquer les derniers appels",
			hide_transcript: "Masquer la transcription",
			sound: "Son quand un humain répond"
		},
		card_description: "Appelle des entreprises, patiente et vous transfère."
	},
	es: {
		title: "Hold Slayer",
		strip: "Oído en la línea",
		phase: {
			dialing: "Marcando",
			ringing: "Suena",
			navigating: "En el menú",
			on_hold: "En espera",
			candidate: "¿Es una persona?",
			human: "Hay una persona en la línea",
			transferring: "Pasando la llamada",
			connected: "En comunicación",
			ending: "Colgando",
			ended: "Terminada"
		},
		heard: {
			human: "Persona",
			candidate: "Quizá una persona",
			speech: "Voz",
			recording: "Grabación",
			music: "Música",
			tone: "Tono",
			silence: "Silencio"
		},
		note: {
			started: "Llamada iniciada",
			ringing: "Suena",
			answered: "Contestada",
			hold_started: "En espera",
			candidate: "Quizá una persona",
			candidate_dropped: "Era una grabación",
			human_answered: "Hay una persona en la línea",
			greeted: "Saludada",
			target_ringing: "Suena {target}",
			target_failed: "{target} no contestó",
			connected: "En comunicación",
			service_failed: "No funciona: {service}",
			key_pressed: "Pulsado {digits}",
			question_asked: "Pregunta para ti: {fact}",
			question_closed: "Pregunta cerrada",
			ended: "{sentence}"
		},
		outcome: {
			connected: "Pasada",
			user_unreachable: "No contestaste",
			hung_up: "Terminada por ti",
			remote_hung_up: "Terminada por la empresa",
			busy: "Ocupado",
			no_answer: "Sin respuesta",
			not_found: "El número no existe",
			declined: "Rechazada",
			unavailable: "No disponible",
			auth_failed: "Contraseña rechazada",
			trunk_unreachable: "Proveedor inaccesible",
			closed: "Cerrado",
			voicemail: "Buzón de voz",
			number_changed: "El número ha cambiado",
			no_route: "Sin camino por el menú",
			no_speech: "No se oyó nada",
			hold_timeout: "Espera demasiado larga",
			call_timeout: "Llamada demasiado larga",
			refused: "No marcada",
			interrupted: "Interrumpida por un reinicio",
			failed: "Falló"
		},
		who: {
			far: "Línea",
			agent: "Hold Slayer"
		},
		on_hold_for: "en espera",
		usually: "normalmente {time}",
		best_at: "mejor a las {hour}",
		call: "Llamar",
		number: "Número",
		goal: "¿Para qué?",
		general_goal: "hablar con un agente",
		start: "Llamar y esperar",
		recent: "Últimas llamadas",
		nothing_yet: "Aún no hay llamadas",
		connect: "Pásame la llamada",
		connect_to: "Pasar a …",
		hang_up: "Colgar",
		really: "¿Colgar de verdad?",
		yes: "Sí, colgar",
		no: "No",
		wait_again: "Esperar otra vez",
		listen: "Escuchar",
		listen_stop: "Dejar de escuchar",
		level: "Volumen",
		recording: "Grabación",
		recording_delete: "Borrar la grabación",
		recording_really: "¿Borrar la grabación para siempre?",
		recording_yes: "Sí, borrar",
		recording_gone: "La grabación se ha borrado.",
		keypad: "Teclado",
		key: "Tecla {key}",
		transcript: "Lo que se dijo",
		whole: "Toda la llamada",
		latest: "Últimos 5 minutos",
		back: "Atrás",
		again: "Llamar otra vez",
		dismiss: "Listo",
		longer: "{time} más de lo normal",
		shorter: "{time} menos de lo normal",
		no_account: "Configura una cuenta en Ajustes → Dispositivos y servicios.",
		no_right: "Puedes mirar, pero no llamar.",
		not_registered: "{title} no está registrada en el proveedor.",
		not_loaded: "{title} no está en marcha.",
		no_stt: "Sin reconocimiento de voz no se entienden los menús.",
		loading: "Cargando …",
		lost: "Conexión perdida. Lo que se ve puede ser antiguo.",
		failed: "No ha funcionado: {error}",
		ringing_at: "Suena {target}",
		pick_up: "Descuelga: suena {target}",
		question: "La línea pregunta: {fact}",
		answer: "Tu respuesta",
		send: "Enviar",
		decline: "No lo tengo",
		seconds_left: "quedan {count} s",
		editor: {
			title: "Título",
			account: "Cuenta (vacío: todas)",
			hide_contacts: "Ocultar contactos",
			hide_form: "Ocultar el campo de número",
			hide_recent: "Ocultar las últimas llamadas",
			hide_transcript: "Ocultar la transcripción",
			sound: "Sonido cuando contesta una persona"
		},
		card_description: "Llama a empresas, espera y te pasa la llamada."
	},
	nl: {
		title: "Hold Slayer",
		strip: "Gehoord op de lijn",
		phase: {
			dialing: "Belt",
			ringing: "Gaat over",
			navigating: "In het menu",
			on_hold: "In de wacht",
			candidate: "Is dat een mens?",
			human: "Er is een mens aan de lijn",
			transferring: "Verbindt door",
			connected: "Verbonden",
			ending: "Hangt op",
			ended: "Afgelopen"
		},
		heard: {
			human: "Mens",
			candidate: "Misschien een mens",
			speech: "Spraak",
			recording: "Opname",
			music: "Muziek",
			tone: "Toon",
			silence: "Stilte"
		},
		note: {
			started: "Gesprek begonnen",
			ringing: "Gaat over",
			answered: "Opgenomen",
			hold_started: "In de wacht",
			candidate: "Misschien een mens",
			candidate_dropped: "Het was een opname",
			human_answered: "Er is een mens aan de lijn",
			greeted: "Begroet",
			target_ringing: "{target} gaat over",
			target_failed: "{target} nam niet op",
			connected: "Verbonden",
			service_failed: "Werkt niet: {service}",
			key_pressed: "{digits} gedrukt",
			question_asked: "Vraag voor jou: {fact}",
			question_closed: "Vraag gesloten",
			ended: "{sentence}"
		},
		outcome: {
			connected: "Doorverbonden",
			user_unreachable: "Je nam niet op",
			hung_up: "Door jou beëindigd",
			remote_hung_up: "Door het bedrijf beëindigd",
			busy: "In gesprek",
			no_answer: "Geen gehoor",
			not_found: "Nummer bestaat niet",
			declined: "Geweigerd",
			unavailable: "Niet bereikbaar",
			auth_failed: "Wachtwoord geweigerd",
			trunk_unreachable: "Provider onbereikbaar",
			closed: "Gesloten",
			voicemail: "Voicemail",
			number_changed: "Nummer is veranderd",
			no_route: "Geen weg door het menu",
			no_speech: "Niets gehoord",
			hold_timeout: "Te lang gewacht",
			call_timeout: "Gesprek te lang",
			refused: "Niet gebeld",
			interrupted: "Onderbroken door een herstart",
			failed: "Mislukt"
		},
		who: {
			far: "Lijn",
			agent: "Hold Slayer"
		},
		on_hold_for: "in de wacht",
		usually: "meestal {time}",
		best_at: "het beste om {hour}",
		call: "Bellen",
		number: "Nummer",
		goal: "Waarvoor?",
		general_goal: "een medewerker spreken",
		start: "Bellen en wachten",
		recent: "Laatste gesprekken",
		nothing_yet: "Nog geen gesprekken",
		connect: "Verbind me door",
		connect_to: "Doorverbinden met …",
		hang_up: "Ophangen",
		really: "Echt ophangen?",
		yes: "Ja, ophangen",
		no: "Nee",
		wait_again: "Opnieuw wachten",
		listen: "Meeluisteren",
		listen_stop: "Stop met luisteren",
		level: "Volume",
		recording: "Opname",
		recording_delete: "Opname wissen",
		recording_really: "Opname voorgoed wissen?",
		recording_yes: "Ja, wissen",
		recording_gone: "De opname is gewist.",
		keypad: "Toetsen",
		key: "Toets {key}",
		transcript: "Wat er gezegd is",
		whole: "Hele gesprek",
		latest: "Laatste 5 minuten",
		back: "Terug",
		again: "Nog eens bellen",
		dismiss: "Klaar",
		longer: "{time} langer dan anders",
		shorter: "{time} korter dan anders",
		no_account: "Stel een account in onder Instellingen → Apparaten & diensten.",
		no_right: "Je mag meekijken, maar niet bellen.",
		not_registered: "{title} is niet aangemeld bij de provider.",
		not_loaded: "{title} draait niet.",
		no_stt: "Zonder spraakherkenning worden menu's niet begrepen.",
		loading: "Laden …",
		lost: "Verbinding verbroken. Wat je ziet kan oud zijn.",
		failed: "Dat is niet gelukt: {error}",
		ringing_at: "{target} gaat over",
		pick_up: "Neem op: {target} gaat over",
		question: "De lijn vraagt om: {fact}",
		answer: "Je antwoord",
		send: "Versturen",
		decline: "Die heb ik niet",
		seconds_left: "nog {count} s",
		editor: {
			title: "Titel",
			account: "Account (leeg: alle)",
			hide_contacts: "Contacten verbergen",
			hide_form: "Nummerveld verbergen",
			hide_recent: "Laatste gesprekken verbergen",
			hide_transcript: "Transcript verbergen",
			sound: "Geluid als een mens opneemt"
		},
		card_description: "Belt bedrijven, wacht in de wacht en verbindt je door."
	}
};
function H(e) {
	return Ue[(e ?? "en").split(/[-_]/)[0]?.toLowerCase() ?? "en"] ?? He;
}
function U(e, t) {
	let n = (e) => typeof e == "string" || typeof e == "number" ? String(e) : "";
	return e.replace(/\{(\w+)\}/g, (e, r) => n(t[r]));
}
function W(e) {
	let t = Math.max(0, Math.floor(e)), [n, r, i] = [
		Math.floor(t / 3600),
		Math.floor(t / 60) % 60,
		t % 60
	], a = (e) => String(e).padStart(2, "0");
	return n ? `${n}:${a(r)}:${a(i)}` : `${r}:${a(i)}`;
}
function G(e, t) {
	let n = Math.round(e / 60), r = new Intl.NumberFormat(t, {
		style: "unit",
		unit: "minute",
		unitDisplay: "short"
	}).format(Math.max(1, n));
	return n < 1 ? `< ${r}` : r;
}
function We(e, t) {
	return new Intl.DateTimeFormat(t, {
		hour: "numeric",
		minute: "2-digit"
	}).format(new Date(2e3, 0, 1, e));
}
function Ge(e, t) {
	return new Intl.DateTimeFormat(t, {
		weekday: "short",
		day: "numeric",
		month: "short",
		hour: "numeric",
		minute: "2-digit"
	}).format(/* @__PURE__ */ new Date(e * 1e3));
}
// src/styles.ts
var Ke = o`
  :host {
    --hs-human: var(--success-color, #2e7d32);
    /* Deep enough for white words, whatever the theme's green is; and words in it on the theme's own ground. */
    --hs-human-fill: color-mix(in srgb, var(--success-color, #2e7d32) 60%, #000);
    --hs-human-text: color-mix(in srgb, var(--success-color, #2e7d32) 55%, var(--primary-text-color, #000));
    --hs-gap: var(--ha-space-3, 12px);
    display: block;
  }
  ha-card {
    overflow: hidden;
    display: flex;
    flex-direction: column;
    height: 100%;
    color: var(--primary-text-color);
  }
  .body {
    padding: 16px;
    display: flex;
    flex-direction: column;
    gap: var(--hs-gap);
  }
  h2,
  h3,
  p {
    margin: 0;
  }
  h2 {
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: 500;
    line-height: 1.3;
  }
  h3 {
    font-size: var(--ha-font-size-m, 14px);
    font-weight: 500;
    color: var(--secondary-text-color);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .soft {
    color: var(--secondary-text-color);
  }
  .note {
    display: flex;
    gap: 8px;
    align-items: center;
    padding: 8px 12px;
    border-radius: var(--ha-border-radius-md, 8px);
    background: var(--secondary-background-color);
    font-size: var(--ha-font-size-s, 13px);
  }
  .note ha-icon {
    color: var(--warning-color, #c77700);
    flex: none;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }
  button {
    min-height: 44px;
    min-width: 44px;
    padding: 0 16px;
    border: 1px solid var(--divider-color, #ccc);
    border-radius: var(--ha-border-radius-pill, 22px);
    background: none;
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
  }
  button:hover:not(:disabled) {
    background: var(--secondary-background-color);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  :is(button, input, select, summary, .tile):focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  button.main {
    background: var(--primary-text-color);
    border-color: transparent;
    color: var(--card-background-color, #fff);
    font-weight: 500;
  }
  button.main:hover:not(:disabled) {
    background: var(--primary-text-color);
    opacity: 0.9;
  }
  button.danger {
    /* The theme's red alone is too pale for text. */
    color: color-mix(in srgb, var(--error-color, #b00020) 65%, var(--primary-text-color, #000));
    border-color: currentcolor;
  }
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr));
    gap: 8px;
  }
  .tile {
    text-align: start;
    justify-content: flex-start;
    border-radius: var(--ha-border-radius-lg, 12px);
    padding: 10px 12px;
    gap: 12px;
    min-height: 60px;
  }
  .tile ha-icon {
    --mdc-icon-size: 24px;
    color: var(--primary-color);
    flex: none;
  }
  .tile span,
  .recent span {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  .tile b,
  .recent b {
    font-weight: 500;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tile small,
  .recent small {
    color: var(--secondary-text-color);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) auto;
    gap: 8px;
  }
  label {
    display: flex;
    flex-direction: column;
    gap: 2px;
    font-size: var(--ha-font-size-s, 13px);
    color: var(--secondary-text-color);
  }
  input,
  select {
    min-height: 44px;
    box-sizing: border-box;
    width: 100%;
    padding: 0 12px;
    border: 1px solid var(--divider-color, #ccc);
    border-radius: var(--ha-border-radius-md, 8px);
    background: var(--ha-color-form-background, var(--secondary-background-color, #f5f5f5));
    color: var(--primary-text-color);
    font-size: 16px;
  }
  form button {
    align-self: end;
  }
  form.question {
    grid-template-columns: 1fr;
    padding: 12px;
    border: 2px solid var(--warning-color, #c77700);
    border-radius: var(--ha-border-radius-lg, 12px);
  }
  .recent {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .recent button {
    width: 100%;
    border: 0;
    border-radius: var(--ha-border-radius-md, 8px);
    padding: 4px 8px;
    justify-content: flex-start;
    text-align: start;
    gap: 12px;
  }
  .recent ha-icon {
    flex: none;
    color: var(--secondary-text-color);
  }
  .recent .good {
    color: var(--hs-human-text);
  }
  .head {
    display: flex;
    align-items: center;
    gap: 16px;
  }
  .head > ha-icon {
    --mdc-icon-size: 40px;
    color: var(--primary-color);
    flex: none;
  }
  .head > div:not(.time) {
    min-width: 0;
    flex: 1;
  }
  .head p {
    overflow-wrap: anywhere;
  }
  .time {
    font-size: 32px;
    font-weight: 300;
    font-variant-numeric: tabular-nums;
    text-align: end;
    line-height: 1.1;
  }
  .time small {
    display: block;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: 400;
    color: var(--secondary-text-color);
  }
  .strip svg {
    display: block;
    width: 100%;
    height: 28px;
    border-radius: 6px;
    background: var(--secondary-background-color);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .legend i {
    width: 10px;
    height: 10px;
    border-radius: 3px;
  }
  .h-human {
    fill: var(--hs-human);
    background: var(--hs-human);
  }
  .h-candidate {
    fill: var(--lime-color, #9ccc65);
    background: var(--lime-color, #9ccc65);
  }
  .h-speech {
    fill: var(--blue-color, #42a5f5);
    background: var(--blue-color, #42a5f5);
  }
  .h-recording {
    fill: var(--indigo-color, #5c6bc0);
    background: var(--indigo-color, #5c6bc0);
  }
  .h-music {
    fill: var(--purple-color, #ab47bc);
    background: var(--purple-color, #ab47bc);
  }
  .h-tone {
    fill: var(--amber-color, #ffb300);
    background: var(--amber-color, #ffb300);
  }
  .h-silence {
    fill: var(--disabled-color, #bdbdbd);
    background: var(--disabled-color, #bdbdbd);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .row .grow {
    flex: 1;
  }
  .link {
    border: 0;
    padding: 0 8px;
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 13px);
  }
  .heard {
    font-style: italic;
    border-inline-start: 3px solid var(--divider-color);
    padding-inline-start: 12px;
    overflow-wrap: anywhere;
  }
  .log {
    max-height: 260px;
    overflow-y: auto;
    display: flex;
    flex-direction: column;
    gap: 6px;
    padding: 8px 0;
  }
  .log > div {
    display: grid;
    grid-template-columns: 52px 1fr;
    gap: 8px;
    overflow-wrap: anywhere;
  }
  .log time {
    color: var(--secondary-text-color);
    font-variant-numeric: tabular-nums;
    font-size: 12px;
    line-height: 20px;
  }
  .log .by-agent p {
    font-weight: 500;
  }
  .log .is-note p {
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 13px);
  }
  .log .is-mark p {
    color: var(--hs-human-text);
    font-weight: 500;
  }
  summary {
    cursor: pointer;
    min-height: 44px;
    display: flex;
    align-items: center;
    gap: 8px;
    color: var(--secondary-text-color);
  }
  hold-slayer-recording {
    display: block;
  }
  .wave {
    cursor: pointer;
  }
  .wave svg {
    display: block;
    width: 100%;
    height: 40px;
  }
  .wave path {
    stroke: var(--secondary-text-color);
    stroke-width: 0.6;
  }
  .wave rect {
    fill: var(--primary-color);
    opacity: 0.3;
  }
  audio {
    display: block;
    width: 100%;
  }
  meter {
    width: 64px;
    height: 12px;
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(3, minmax(44px, 84px));
    gap: 8px;
    justify-content: center;
  }
  .keys button {
    min-height: 48px;
    font-size: 20px;
    padding: 0;
  }
  ha-card.human {
    background: var(--hs-human-fill);
    --hs-human-text: #fff;
    --primary-text-color: #fff;
    --secondary-text-color: rgba(255, 255, 255, 0.92);
    --primary-color: #fff;
    --divider-color: rgba(255, 255, 255, 0.5);
    --secondary-background-color: rgba(0, 0, 0, 0.18);
    --error-color: #fff;
    --card-background-color: #10390f;
    color: #fff;
  }
  ha-card.human .banner {
    text-align: center;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    padding-top: 8px;
  }
  ha-card.human .banner ha-icon {
    --mdc-icon-size: 96px;
  }
  ha-card.human .banner h2 {
    font-size: clamp(28px, 8cqi, 44px);
    font-weight: 700;
    line-height: 1.15;
  }
  ha-card.human button.main {
    width: 100%;
    min-height: 72px;
    font-size: 24px;
    border-radius: 36px;
  }
  .frame {
    container-type: inline-size;
  }
  @media (prefers-reduced-motion: no-preference) {
    ha-card.human .banner ha-icon {
      animation: ring 1.2s ease-in-out infinite;
    }
    @keyframes ring {
      0%,
      60%,
      100% {
        transform: rotate(0);
      }
      10%,
      30%,
      50% {
        transform: rotate(8deg);
      }
      20%,
      40% {
        transform: rotate(-8deg);
      }
    }
  }
  @container (max-width: 420px) {
    form {
      grid-template-columns: 1fr;
    }
    .head {
      flex-wrap: wrap;
    }
    .time {
      text-align: start;
    }
  }
`;
// \0@oxc-project+runtime@0.156.0/helpers/esm/decorate.js
function K(e, t, n, r) {
	var i = arguments.length, a = i < 3 ? t : r === null ? r = Object.getOwnPropertyDescriptor(t, n) : r, o;
	if (typeof Reflect == "object" && typeof Reflect.decorate == "function") a = Reflect.decorate(e, t, n, r);
	else for (var s = e.length - 1; s >= 0; s--) (o = e[s]) && (a = (i < 3 ? o(a) : i > 3 ? o(t, n, a) : o(t, n)) || a);
	return i > 3 && a && Object.defineProperty(t, n, a), a;
}
// src/recording.ts
var qe = "hold-slayer-recording", Je = 200, q = 40;
function Ye(e) {
	return e.map((e, t) => {
		let n = Math.max(.5, e / 255 * q / 2);
		return `M${t + .5} ${q / 2 - n}V${q / 2 + n}`;
	}).join("");
}
var J = class extends R {
	constructor(...e) {
		super(...e), this.callId = "", this.url = "", this.error = "", this.isAsking = !1, this.isGone = !1, this.place = 0;
	}
	static {
		this.styles = Ke;
	}
	willUpdate(e) {
		e.has("callId") && (this.url = this.error = "", this.found = void 0, this.isAsking = this.isGone = !1, this.place = 0);
	}
	async ask(e, t = {}) {
		let { callId: n } = this;
		this.error = "";
		try {
			let r = await this.hass?.callWS({
				type: `hold_slayer/recording/${e}`,
				call_id: n,
				...t
			});
			return n === this.callId ? r : void 0;
		} catch (e) {
			let t = typeof e == "object" && e && "message" in e ? String(e.message) : String(e);
			n === this.callId && (this.error = U(this.texts?.failed ?? "", { error: t }));
			return;
		}
	}
	async open() {
		let e = await this.ask("url");
		e && (this.url = e.url, this.found = await this.ask("peaks", { bins: Je }));
	}
	async erase() {
		this.isAsking = !1;
		let { callId: e } = this;
		await this.ask("delete"), !this.error && e === this.callId && (this.isGone = !0);
	}
	seek(e) {
		let t = this.renderRoot.querySelector("audio"), n = e.currentTarget.getBoundingClientRect();
		t && this.found && n.width && (t.currentTime = Math.min(1, Math.max(0, (e.clientX - n.left) / n.width)) * this.found.duration_s);
	}
	render() {
		let { texts: e } = this;
		if (!e) return j;
		if (this.isGone) return k`<p class="soft" role="status">${e.recording_gone}</p>`;
		let t = this.error ? k`<div class="note" role="status">${this.error}</div>` : j;
		return this.url ? k`${t} ${this.wave()}
      <audio
        controls
        preload="metadata"
        aria-label=${e.recording}
        src=${this.url}
        @timeupdate=${(e) => {
			let t = e.target;
			this.place = t.currentTime / (this.found?.duration_s ?? (t.duration || 1));
		}}
      ></audio>
      ${this.isAsking ? k`<div class="row" role="alertdialog" aria-label=${e.recording_really}>
            <span class="grow">${e.recording_really}</span>
            <button class="danger" @click=${() => void this.erase()}>${e.recording_yes}</button>
            <button @click=${() => this.isAsking = !1}>${e.no}</button>
          </div>` : k`<button class="link" @click=${() => this.isAsking = !0}>${e.recording_delete}</button>`}` : k`${t}<button @click=${() => void this.open()}>
          <ha-icon icon="mdi:play-circle-outline"></ha-icon>${e.recording}
        </button>`;
	}
	wave() {
		let e = this.found && (this.found.peaks.mixed ?? Object.values(this.found.peaks)[0]);
		return e?.length ? k`<div class="wave" aria-hidden="true" @click=${(e) => {
			this.seek(e);
		}}>
      <svg viewBox=${`0 0 ${e.length} ${q}`} preserveAspectRatio="none">
        ${_e`<path d=${Ye(e)}></path><rect width=${this.place * e.length} height=${q}></rect>`}
      </svg>
    </div>` : j;
	}
};
K([z({ attribute: !1 })], J.prototype, "hass", void 0), K([z({ attribute: !1 })], J.prototype, "callId", void 0), K([z({ attribute: !1 })], J.prototype, "texts", void 0), K([B()], J.prototype, "url", void 0), K([B()], J.prototype, "found", void 0), K([B()], J.prototype, "error", void 0), K([B()], J.prototype, "isAsking", void 0), K([B()], J.prototype, "isGone", void 0), K([B()], J.prototype, "place", void 0), customElements.get(qe) || customElements.define(qe, J);
// src/parts.ts
var Xe = /* @__PURE__ */ new Set(["human_answered", "connected"]);
function Ze(e, t, n) {
	let r = e.transcript.filter((e) => e.text || n.note[e.kind]);
	return r.length ? k`<details ?open=${!t}>
    <summary><ha-icon icon="mdi:text-box-outline"></ha-icon>${n.transcript}</summary>
    <div
      class="log ${t ? "live" : ""}"
      role="log"
      aria-live=${t ? "polite" : "off"}
      aria-label=${n.transcript}
      tabindex="0"
    >
      ${r.map((e) => {
		let t = n.note[e.kind], r = e.speaker === "note" || e.kind === "key_pressed";
		return k`<div class="by-${e.speaker} ${r ? "is-note" : ""} ${Xe.has(e.kind) ? "is-mark" : ""}">
          <time>${W(e.at_s)}</time>
          <p>
            ${r && t ? U(t, e.data) : k`<span class="soft">${n.who[e.speaker]}:</span> ${e.text}`}
          </p>
        </div>`;
	})}
    </div>
  </details>` : j;
}
function Qe(e, t, n) {
	return e.has_recording ? k`<hold-slayer-recording .hass=${t} .callId=${e.call_id} .texts=${n}></hold-slayer-recording>` : j;
}
function $e(e, t, n, r) {
	return e.length ? k`<h3>${t.recent}</h3>
    <ul class="recent">
      ${e.slice(0, 5).map((e) => {
		let i = e.outcome === "connected", a = [
			t.outcome[e.outcome ?? ""] ?? e.outcome,
			Ge(e.started_at, n),
			e.hold_s >= 1 ? `${W(e.hold_s)} ${t.on_hold_for}` : ""
		];
		return k`<li>
          <button
            @click=${() => {
			r(e);
		}}
          >
            <ha-icon class=${i ? "good" : ""} icon=${i ? "mdi:phone-check" : "mdi:phone-remove-outline"}></ha-icon>
            <span><b>${e.company || e.number}</b> <small>${a.filter(Boolean).join(" · ")}</small></span>
          </button>
        </li>`;
	})}
    </ul>` : k`<p class="soft">${t.nothing_yet}</p>`;
}
function et(e, t, n, r) {
	return k`<form
    class="question"
    autocomplete="off"
    @submit=${(e) => {
		e.preventDefault();
		let t = e.target.querySelector("input");
		t?.value && r(t.value);
	}}
  >
    <div role="alert">
      <b>${U(n.question, { fact: e.fact.replaceAll("_", " ") })}</b>
      ${e.text ? k`<p class="heard">${e.text}</p>` : j}
    </div>
    <label>${n.answer}<input name="answer" type="text" autocomplete="off" required /></label>
    <div class="row">
      <button class="main" type="submit">${n.send}</button>
      <button
        type="button"
        @click=${() => {
		r(void 0);
	}}
      >
        ${n.decline}
      </button>
      <span class="soft">${U(n.seconds_left, { count: Math.max(0, Math.ceil(e.deadline - t)) })}</span>
    </div>
  </form>`;
}
// src/strip.ts
var Y = [
	"human",
	"candidate",
	"speech",
	"recording",
	"music",
	"tone",
	"silence"
], X = 240;
function tt(e, t, n) {
	let r = Math.max(n - t, 1e-6), i = Array(X).fill("");
	e.forEach(([a, o], s) => {
		let c = e[s + 1]?.[0] ?? n;
		if (!o || c <= t || a >= n) return;
		let l = Math.max(0, Math.floor((a - t) / r * X)), u = Math.min(239, Math.ceil((c - t) / r * X) - 1);
		for (let e = l; e <= u; e++) {
			let t = i[e] ?? "";
			(!t || nt(o) < nt(t)) && (i[e] = o);
		}
	});
	let a = [];
	return i.forEach((e, t) => {
		let n = a.at(-1);
		n?.heard === e && n.to === t ? n.to = t + 1 : e && a.push({
			from: t,
			to: t + 1,
			heard: e
		});
	}), a;
}
var nt = (e) => Y.indexOf(e);
function rt(e, t) {
	let n = /* @__PURE__ */ new Map();
	return e.forEach(([r, i], a) => {
		if (!i) return;
		let o = e[a + 1]?.[0] ?? t;
		n.set(i, (n.get(i) ?? 0) + Math.max(0, o - r));
	}), n;
}
function it(e, t, n, r) {
	let i = rt(e, n), a = Y.filter((e) => (i.get(e) ?? 0) > 0), o = a.map((e) => `${r.heard[e]} ${W(i.get(e) ?? 0)}`).join(", ");
	return k`<div class="strip" role="img" aria-label="${r.strip}: ${o || "–"}">
      <svg viewBox="0 0 ${X} 10" preserveAspectRatio="none" aria-hidden="true">
        ${tt(e, t, n).map((e) => _e`<rect class="h-${e.heard}" x=${e.from} y="0" width=${e.to - e.from} height="10"></rect>`)}
      </svg>
    </div>
    <div class="legend" aria-hidden="true">
      ${a.map((e) => k`<span><i class="h-${e}"></i>${r.heard[e]}</span>`)}
    </div>`;
}
// src/card.ts
var Z = "hold-slayer-card", at = 300, ot = [
	"1",
	"2",
	"3",
	"4",
	"5",
	"6",
	"7",
	"8",
	"9",
	"*",
	"0",
	"#"
], st = {
	dialing: "mdi:phone-outgoing",
	ringing: "mdi:phone-ring-outline",
	navigating: "mdi:dialpad",
	on_hold: "mdi:phone-paused",
	candidate: "mdi:account-question",
	human: "mdi:account-voice",
	transferring: "mdi:phone-forward",
	connected: "mdi:phone-in-talk",
	ending: "mdi:phone-hangup",
	ended: "mdi:phone-check"
}, Q = class extends R {
	constructor(...e) {
		super(...e), this.preview = !1, this.error = "", this.isLost = !1, this.isAsking = !1, this.hasKeypad = !1, this.isLatest = !1, this.dismissed = "", this.tick = 0, this.announced = "", this.onLost = () => {
			this.silence(), this.isLost = !0;
		}, this.onFound = () => {
			this.isLost = !1;
		};
	}
	static {
		this.styles = Ke;
	}
	static getConfigForm() {
		let e = H(document.documentElement.lang);
		return {
			schema: [
				{
					name: "title",
					selector: { text: {} }
				},
				{
					name: "account",
					selector: { config_entry: { integration: "hold_slayer" } }
				},
				...[
					"hide_contacts",
					"hide_form",
					"hide_recent",
					"hide_transcript",
					"sound"
				].map((e) => ({
					name: e,
					selector: { boolean: {} }
				}))
			],
			computeLabel: (t) => e.editor[t.name] ?? t.name,
			assertConfig: ct
		};
	}
	static getStubConfig() {
		return {};
	}
	setConfig(e) {
		ct(e), this.config = e;
	}
	getCardSize() {
		return 6;
	}
	getGridOptions() {
		return {
			columns: 12,
			min_columns: 6,
			rows: "auto"
		};
	}
	set hass(e) {
		let t = this._hass?.connection !== e?.connection, n = this.language;
		this._hass = e, t && this.connect(), (t || n !== this.language) && this.requestUpdate();
	}
	get hass() {
		return this._hass;
	}
	get language() {
		return this._hass?.locale?.language ?? this._hass?.language ?? "en";
	}
	get texts() {
		return H(this.language);
	}
	get now() {
		return Date.now() / 1e3 + (this.shown?.skew ?? 0);
	}
	get shown() {
		if (this.preview) return je(Date.now() / 1e3);
		let e = this.config?.account;
		if (!this.data || !e) return this.data;
		let t = (t) => t.entry_id === e, { accounts: n, calls: r, recent: i, skew: a } = this.data;
		return {
			accounts: n.filter(t),
			calls: r.filter(t),
			recent: i.filter(t),
			skew: a
		};
	}
	connectedCallback() {
		super.connectedCallback(), this.connect(), this.timer = setInterval(() => {
			this.shown?.calls.some((e) => e.phase !== "ended") && this.tick++;
		}, 1e3);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), clearInterval(this.timer), this.silence(), this.disconnect();
	}
	connect() {
		this.disconnect();
		let e = this._hass?.connection;
		e && !this.preview && this.isConnected && (e.addEventListener("disconnected", this.onLost), e.addEventListener("ready", this.onFound), this.unsubscribe = e.subscribeMessage((e) => {
			this.isLost = !1, this.data = Ne(this.data, e, Date.now() / 1e3);
		}, { type: "hold_slayer/subscribe" }), this.unsubscribe.catch((e) => {
			this.error = $(e);
		}));
	}
	disconnect() {
		let { unsubscribe: e } = this;
		this.unsubscribe = void 0, this._hass?.connection.removeEventListener("disconnected", this.onLost), this._hass?.connection.removeEventListener("ready", this.onFound), e?.then((e) => e()).catch(() => void 0);
	}
	listen(e) {
		!this.preview && this._hass && (this.error = "", this.level = 0, this.listener = new Be(this._hass, e.call_id, (e) => {
			this.level = e;
		}, (e) => {
			this.silence(), e !== void 0 && (this.error = U(this.texts.failed, { error: $(e) }));
		}));
	}
	silence() {
		this.listener?.close(), this.listener = void 0, this.level = void 0;
	}
	willUpdate(e) {
		e.has("preview") && this.preview && this.disconnect();
		let t = this.call;
		t?.is_human && this.announced !== t.call_id && (this.announced = t.call_id, this.config?.sound && !this.preview && lt());
	}
	updated() {
		let e = this.renderRoot.querySelector(".log.live");
		e && e.scrollHeight - e.scrollTop - e.clientHeight < 80 && (e.scrollTop = e.scrollHeight);
	}
	get call() {
		let e = this.shown, t = e && Fe(e.calls);
		return t?.phase === "ended" && t.call_id === this.dismissed ? void 0 : t;
	}
	accountOf(e) {
		return this.shown?.accounts.find((t) => t.entry_id === e.entry_id);
	}
	async act(e, t) {
		if (this.error = "", !this.preview) try {
			await this._hass?.callService("hold_slayer", e, t);
		} catch (e) {
			this.error = typeof e == "number" ? this.texts.lost : U(this.texts.failed, { error: $(e) });
		}
	}
	actOn(e, t, n = {}) {
		this.isAsking = !1, this.act(t, {
			config_entry_id: e.entry_id,
			call_id: e.call_id,
			...n
		});
	}
	start(e, t) {
		this.past = void 0, this.dismissed = this.call?.call_id ?? "", this.act("call", {
			config_entry_id: e.entry_id,
			...t
		});
	}
	async open(e) {
		if (this.error = "", !this.preview) try {
			let t = await this._hass?.callWS({
				type: "hold_slayer/calls/get",
				call_id: e.call_id
			});
			this.past = t?.call;
		} catch (e) {
			this.error = U(this.texts.failed, { error: $(e) });
		}
	}
	render() {
		if (!this.config) return j;
		let e = this.past ?? this.call;
		return k`<ha-card class=${!this.past && (e?.is_human ?? !1) && e?.phase !== "connected" ? "human" : ""}>
      <div class="frame"><div class="body">${this.problems()} ${this.content(e)}</div></div>
    </ha-card>`;
	}
	content(e) {
		return this.shown ? e ? e.phase === "ended" ? this.ended(e) : this.inCall(e) : this.idle(this.shown) : k`<p class="soft">${this.texts.loading}</p>`;
	}
	problems() {
		let { texts: e } = this, t = [];
		this.error && t.push(this.error), this.isLost && t.push(e.lost);
		for (let n of this.shown?.accounts ?? []) n.state === "loaded" ? n.registration === "failed" ? t.push(U(e.not_registered, { title: n.title })) : n.has_stt === !1 && this.call === void 0 && t.push(e.no_stt) : t.push(U(e.not_loaded, n));
		return t.map((e) => k`<div class="note" role="status"><ha-icon icon="mdi:alert"></ha-icon>${e}</div>`);
	}
	idle(e) {
		let { texts: t } = this, n = e.accounts.filter((e) => e.state === "loaded"), r = n.filter((e) => e.can_control);
		if (!e.accounts.length) return k`<h2>${this.heading}</h2><p class="soft">${t.no_account}</p>`;
		let i = r[0];
		return k`<h2>${this.heading}</h2>
      ${n.length && !i ? k`<p class="soft">${t.no_right}</p>` : j}
      ${this.config?.hide_contacts ? j : k`<div class="tiles">
            ${n.flatMap((e) => (e.contacts ?? []).map((t) => this.tile(e, t)))}
          </div>`}
      ${this.config?.hide_form || !i ? j : this.form(i)}
      ${this.config?.hide_recent ? j : $e(e.recent, t, this.language, (e) => void this.open(e))}`;
	}
	get heading() {
		return this.config?.title ?? this.texts.title;
	}
	tile(e, t) {
		let { texts: n, language: r } = this, i = [t.goal];
		t.usual_wait_s !== null && (i.unshift(U(n.usually, { time: G(t.usual_wait_s, r) })), t.best_hour !== null && i.splice(1, 0, U(n.best_at, { hour: We(t.best_hour, r) })));
		let a = i.filter(Boolean).join(" · "), o = t.goal ? {} : { goal: n.general_goal };
		return k`<button
      class="tile"
      ?disabled=${!e.can_control}
      @click=${() => {
			this.start(e, {
				contact: t.name,
				...o
			});
		}}
    >
      <ha-icon icon="mdi:phone-outgoing"></ha-icon>
      <span class="unseen">${n.call}:</span>
      <span><b>${t.name}</b> <small>${a}</small></span>
    </button>`;
	}
	form(e) {
		let { texts: t } = this;
		return k`<form
      @submit=${(t) => {
			t.preventDefault();
			let n = new FormData(t.target);
			this.start(e, {
				number: n.get("number"),
				goal: n.get("goal")
			});
		}}
    >
      <label>${t.number}<input name="number" type="tel" required autocomplete="off" /></label>
      <label>${t.goal}<input name="goal" type="text" required autocomplete="off" /></label>
      <button class="main" type="submit">${t.start}</button>
    </form>`;
	}
	inCall(e) {
		let { texts: t } = this, n = this.accountOf(e), r = e.is_human && e.phase !== "connected", i = Pe(e, this.now);
		return k`${r ? this.banner(e) : this.headline(e, i)} ${this.audioStrip(e)}
      ${!r && e.last_heard ? k`<p class="heard">${e.last_heard}</p>` : j}
      ${n?.can_control && e.question ? et(e.question, this.now, t, (t) => {
			let n = e.question?.question_id;
			this.actOn(e, "answer_question", {
				question_id: n,
				...t ? { answer: t } : { decline: !0 }
			});
		}) : j}
      ${n?.can_control ? this.controls(e, n, r) : k`<p class="soft">${t.no_right}</p>`}
      ${this.config?.hide_transcript ? j : Ze(e, !0, t)}`;
	}
	banner(e) {
		let { texts: t } = this;
		return k`<div class="banner" role="alert">
      <ha-icon icon="mdi:account-voice"></ha-icon>
      <h2>${e.phase === "transferring" && e.target ? U(t.pick_up, { target: e.target }) : t.phase.human}</h2>
      <p>${e.company || e.number} · ${W(Pe(e, this.now))} ${t.on_hold_for}</p>
    </div>`;
	}
	headline(e, t) {
		let { texts: n } = this, r = t > 0 && e.phase !== "connected", i = r ? t : this.now - (e.phase === "connected" ? e.phase_since : e.started_at);
		return k`<div class="head">
      <ha-icon icon=${st[e.phase] ?? "mdi:phone"}></ha-icon>
      <div>
        <h2 aria-live="polite">${n.phase[e.phase] ?? e.phase}</h2>
        <p class="soft">${e.company || e.number} · ${e.goal}</p>
      </div>
      <div class="time" role="timer">
        ${W(i)}<small>${r ? n.on_hold_for : this.usual(e)}</small>
      </div>
    </div>`;
	}
	usual(e) {
		let t = this.contactOf(e)?.usual_wait_s;
		return t ? U(this.texts.usually, { time: G(t, this.language) }) : "";
	}
	contactOf(e) {
		return this.accountOf(e)?.contacts?.find((t) => t.name === e.company);
	}
	audioStrip(e) {
		if (!e.strip.length) return j;
		let { texts: t } = this, n = e.strip.at(-1)?.[0] ?? 0, r = e.phase !== "ended" && e.answered_at !== null, i = Math.max(n, r ? this.now - (e.answered_at ?? this.now) : n), a = this.isLatest ? Math.max(0, i - at) : 0;
		return k`<div>
      ${it(r ? e.strip.filter(([, e]) => e) : e.strip, a, i, t)}
      ${i > at ? k`<button class="link" @click=${() => this.isLatest = !this.isLatest}>
            ${this.isLatest ? t.whole : t.latest}
          </button>` : j}
    </div>`;
	}
	controls(e, t, n) {
		let { texts: r } = this, i = t.targets ?? [], a = e.answered_at !== null && e.phase !== "connected" && e.phase !== "transferring";
		return this.isAsking ? k`<div class="row" role="alertdialog" aria-label=${r.really}>
        <span class="grow">${r.really}</span>
        <button
          class="danger"
          @click=${() => {
			this.actOn(e, "hang_up");
		}}
        >
          ${r.yes}
        </button>
        <button @click=${() => this.isAsking = !1}>${r.no}</button>
      </div>` : k`${a && i.length ? k`<div class="row">
            <button
              class=${n ? "main" : ""}
              @click=${() => {
			this.actOn(e, "transfer");
		}}
            >
              <ha-icon icon="mdi:phone-incoming"></ha-icon>${r.connect}
            </button>
            ${i.length > 1 ? k`<select
                  aria-label=${r.connect_to}
                  @change=${(t) => {
			let n = t.target;
			this.actOn(e, "transfer", { target: n.value }), n.value = "";
		}}
                >
                  <option value="">${r.connect_to}</option>
                  ${i.map((e) => k`<option value=${e}>${e}</option>`)}
                </select>` : j}
          </div>` : j}
      ${e.phase === "transferring" && !n ? k`<p>${U(r.ringing_at, { target: e.target })}</p>` : j}
      ${e.phase === "connected" ? k`<div class="row">
            <button
              @click=${() => {
			this.actOn(e, "resume_waiting");
		}}
            >
              <ha-icon icon="mdi:phone-paused"></ha-icon>${r.wait_again}
            </button>
          </div>` : j}
      <div class="row">
        ${e.answered_at === null ? j : k`<button aria-expanded=${this.hasKeypad} @click=${() => this.hasKeypad = !this.hasKeypad}>
              <ha-icon icon="mdi:dialpad"></ha-icon>${r.keypad}
            </button>
            <button
              aria-pressed=${this.level !== void 0}
              @click=${() => {
			this.level === void 0 ? this.listen(e) : this.silence();
		}}
            >
              <ha-icon icon=${this.level === void 0 ? "mdi:headphones" : "mdi:headphones-off"}></ha-icon
              >${this.level === void 0 ? r.listen : r.listen_stop}
            </button>
            ${this.level === void 0 ? j : k`<meter min="0" max="0.5" .value=${this.level} aria-label=${r.level}></meter>`}`}
        <span class="grow"></span>
        <button class="danger" @click=${() => this.isAsking = !0}>
          <ha-icon icon="mdi:phone-hangup"></ha-icon>${r.hang_up}
        </button>
      </div>
      ${this.hasKeypad && e.answered_at !== null ? this.keypad(e) : j}`;
	}
	keypad(e) {
		return k`<div class="keys" role="group" aria-label=${this.texts.keypad}>
      ${ot.map((t) => k`<button
          aria-label=${U(this.texts.key, { key: t })}
          @click=${() => {
			this.actOn(e, "send_dtmf", { digits: t });
		}}
        >
          ${t}
        </button>`)}
    </div>`;
	}
	ended(e) {
		let { texts: t, language: n } = this, r = this.accountOf(e), i = this.contactOf(e)?.usual_wait_s, a = i == null ? 0 : e.hold_s - i, o = G(Math.abs(a), n);
		return k`<div class="head">
        <ha-icon icon=${e.outcome === "connected" ? "mdi:phone-check" : "mdi:phone-remove-outline"}></ha-icon>
        <div>
          <h2>${t.outcome[e.outcome ?? ""] ?? t.phase.ended}</h2>
          <p class="soft">${e.company || e.number} · ${Ge(e.started_at, n)}</p>
        </div>
        <div class="time">${W(e.hold_s)}<small>${t.on_hold_for}</small></div>
      </div>
      ${e.sentence ? k`<p>${e.sentence}</p>` : j}
      ${Math.abs(a) >= 60 && e.hold_s >= 1 ? k`<p class="soft">${U(a > 0 ? t.longer : t.shorter, { time: o })}</p>` : j}
      ${this.audioStrip(e)}
      ${r?.can_control && !this.preview ? Qe(e, this._hass, t) : j}
      <div class="row">
        ${r?.can_control ? k`<button
              class="main"
              @click=${() => {
			let t = this.contactOf(e), n = t ? { contact: t.name } : {
				number: e.number,
				company: e.company
			};
			this.start(r, {
				...n,
				goal: e.goal
			});
		}}
            >
              <ha-icon icon="mdi:phone-refresh"></ha-icon>${t.again}
            </button>` : j}
        <button
          @click=${() => {
			this.past ? this.past = void 0 : this.dismissed = e.call_id;
		}}
        >
          ${this.past ? t.back : t.dismiss}
        </button>
      </div>
      ${this.config?.hide_transcript ? j : Ze(e, !1, t)}`;
	}
};
K([z({ type: Boolean })], Q.prototype, "preview", void 0), K([B()], Q.prototype, "config", void 0), K([B()], Q.prototype, "data", void 0), K([B()], Q.prototype, "error", void 0), K([B()], Q.prototype, "isLost", void 0), K([B()], Q.prototype, "isAsking", void 0), K([B()], Q.prototype, "hasKeypad", void 0), K([B()], Q.prototype, "isLatest", void 0), K([B()], Q.prototype, "past", void 0), K([B()], Q.prototype, "dismissed", void 0), K([B()], Q.prototype, "tick", void 0), K([B()], Q.prototype, "level", void 0), K([z({ attribute: !1 })], Q.prototype, "hass", null);
function ct(e) {
	for (let t of ["title", "account"]) if (e[t] !== void 0 && typeof e[t] != "string") throw Error(`${t} has to be text`);
}
function $(e) {
	return typeof e == "object" && e && "message" in e ? String(e.message) : String(e);
}
function lt() {
	let e = new AudioContext();
	[
		523,
		659,
		784
	].forEach((t, n) => {
		let [r, i] = [e.createOscillator(), e.createGain()], a = e.currentTime + n * .22;
		r.frequency.value = t, i.gain.setValueAtTime(.25, a), i.gain.exponentialRampToValueAtTime(.001, a + .5), r.connect(i).connect(e.destination), r.start(a), r.stop(a + .5), n === 2 && (r.onended = () => void e.close());
	});
}
if (customElements.get(Z) || customElements.define(Z, Q), window.customCards ??= [], !window.customCards.some((e) => e.type === Z)) {
	let e = Ue[navigator.language.split("-")[0] ?? "en"] ?? H("en");
	window.customCards.push({
		type: Z,
		name: "Hold Slayer",
		description: e.card_description,
		preview: !0,
		documentationURL: "https://github.com/hold-slayer/hold-slayer/blob/main/docs/card.md",
		getEntitySuggestion: (e, t) => e.entities?.[t]?.platform === "hold_slayer" ? { config: { type: `custom:${Z}` } } : null
	});
}
export { Q as HoldSlayerCard };
