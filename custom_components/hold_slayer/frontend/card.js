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
}, h = (e, t) => !l(e, t), g = {
	attribute: !0,
	type: String,
	converter: m,
	reflect: !1,
	useDefault: !1,
	hasChanged: h
};
Symbol.metadata ??= Symbol("metadata"), f.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var _ = class extends HTMLElement {
	static addInitializer(e) {
		this._$Ei(), (this.l ??= []).push(e);
	}
	static get observedAttributes() {
		return this.finalize(), this._$Eh && [...this._$Eh.keys()];
	}
	static createProperty(e, t = g) {
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
		return this.elementProperties.get(e) ?? g;
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
_.elementStyles = [], _.shadowRootOptions = { mode: "open" }, _[p("elementProperties")] = /* @__PURE__ */ new Map(), _[p("finalized")] = /* @__PURE__ */ new Map(), ae?.({ ReactiveElement: _ }), (f.reactiveElementVersions ??= []).push("2.1.2");
// node_modules/lit-html/lit-html.js
var v = globalThis, oe = (e) => e, y = v.trustedTypes, se = y ? y.createPolicy("lit-html", { createHTML: (e) => e }) : void 0, ce = "$lit$", b = `lit$${Math.random().toFixed(9).slice(2)}$`, x = "?" + b, le = `<${x}>`, S = document, C = () => S.createComment(""), w = (e) => e === null || typeof e != "object" && typeof e != "function", T = Array.isArray, ue = (e) => T(e) || typeof e?.[Symbol.iterator] == "function", E = "[ 	\n\f\r]", D = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g, de = /-->/g, fe = />/g, O = RegExp(`>|${E}(?:([^\\s"'>=/]+)(${E}*=${E}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`, "g"), pe = /'/g, k = /"/g, me = /^(?:script|style|textarea|title)$/i, he = (e) => (t, ...n) => ({
	_$litType$: e,
	strings: t,
	values: n
}), A = he(1), ge = he(2), j = Symbol.for("lit-noChange"), M = Symbol.for("lit-nothing"), N = /* @__PURE__ */ new WeakMap(), P = S.createTreeWalker(S, 129);
function _e(e, t) {
	if (!T(e) || !e.hasOwnProperty("raw")) throw Error("invalid template strings array");
	return se === void 0 ? t : se.createHTML(t);
}
var ve = (e, t) => {
	let n = e.length - 1, r = [], i, a = t === 2 ? "<svg>" : t === 3 ? "<math>" : "", o = D;
	for (let t = 0; t < n; t++) {
		let n = e[t], s, c, l = -1, u = 0;
		for (; u < n.length && (o.lastIndex = u, c = o.exec(n), c !== null);) u = o.lastIndex, o === D ? c[1] === "!--" ? o = de : c[1] === void 0 ? c[2] === void 0 ? c[3] !== void 0 && (o = O) : (me.test(c[2]) && (i = RegExp("</" + c[2], "g")), o = O) : o = fe : o === O ? c[0] === ">" ? (o = i ?? D, l = -1) : c[1] === void 0 ? l = -2 : (l = o.lastIndex - c[2].length, s = c[1], o = c[3] === void 0 ? O : c[3] === "\"" ? k : pe) : o === k || o === pe ? o = O : o === de || o === fe ? o = D : (o = O, i = void 0);
		let d = o === O && e[t + 1].startsWith("/>") ? " " : "";
		a += o === D ? n + le : l >= 0 ? (r.push(s), n.slice(0, l) + ce + n.slice(l) + b + d) : n + b + (l === -2 ? t : d);
	}
	return [_e(e, a + (e[n] || "<?>") + (t === 2 ? "</svg>" : t === 3 ? "</math>" : "")), r];
}, F = class e {
	constructor({ strings: t, _$litType$: n }, r) {
		let i;
		this.parts = [];
		let a = 0, o = 0, s = t.length - 1, c = this.parts, [l, u] = ve(t, n);
		if (this.el = e.createElement(l, r), P.currentNode = this.el.content, n === 2 || n === 3) {
			let e = this.el.content.firstChild;
			e.replaceWith(...e.childNodes);
		}
		for (; (i = P.nextNode()) !== null && c.length < s;) {
			if (i.nodeType === 1) {
				if (i.hasAttributes()) for (let e of i.getAttributeNames()) if (e.endsWith(ce)) {
					let t = u[o++], n = i.getAttribute(e).split(b), r = /([.?@])?(.*)/.exec(t);
					c.push({
						type: 1,
						index: a,
						name: r[2],
						strings: n,
						ctor: r[1] === "." ? be : r[1] === "?" ? xe : r[1] === "@" ? Se : R
					}), i.removeAttribute(e);
				} else e.startsWith(b) && (c.push({
					type: 6,
					index: a
				}), i.removeAttribute(e));
				if (me.test(i.tagName)) {
					let e = i.textContent.split(b), t = e.length - 1;
					if (t > 0) {
						i.textContent = y ? y.emptyScript : "";
						for (let n = 0; n < t; n++) i.append(e[n], C()), P.nextNode(), c.push({
							type: 2,
							index: ++a
						});
						i.append(e[t], C());
					}
				}
			} else if (i.nodeType === 8) {
				if (i.data === x) c.push({
					type: 2,
					index: a
				});
				else {
					let e = -1;
					for (; (e = i.data.indexOf(b, e + 1)) !== -1;) c.push({
						type: 7,
						index: a
					}), e += b.length - 1;
				}
			}
			a++;
		}
	}
	static createElement(e, t) {
		let n = S.createElement("template");
		return n.innerHTML = e, n;
	}
};
function I(e, t, n = e, r) {
	if (t === j) return t;
	let i = r === void 0 ? n._$Cl : n._$Co?.[r], a = w(t) ? void 0 : t._$litDirective$;
	return i?.constructor !== a && (i?._$AO?.(!1), a === void 0 ? i = void 0 : (i = new a(e), i._$AT(e, n, r)), r === void 0 ? n._$Cl = i : (n._$Co ??= [])[r] = i), i !== void 0 && (t = I(e, i._$AS(e, t.values), i, r)), t;
}
var ye = class {
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
		let { el: { content: t }, parts: n } = this._$AD, r = (e?.creationScope ?? S).importNode(t, !0);
		P.currentNode = r;
		let i = P.nextNode(), a = 0, o = 0, s = n[0];
		for (; s !== void 0;) {
			if (a === s.index) {
				let t;
				s.type === 2 ? t = new L(i, i.nextSibling, this, e) : s.type === 1 ? t = new s.ctor(i, s.name, s.strings, this, e) : s.type === 6 && (t = new Ce(i, this, e)), this._$AV.push(t), s = n[++o];
			}
			a !== s?.index && (i = P.nextNode(), a++);
		}
		return P.currentNode = S, r;
	}
	p(e) {
		let t = 0;
		for (let n of this._$AV) n !== void 0 && (n.strings === void 0 ? n._$AI(e[t]) : (n._$AI(e, n, t), t += n.strings.length - 2)), t++;
	}
}, L = class e {
	get _$AU() {
		return this._$AM?._$AU ?? this._$Cv;
	}
	constructor(e, t, n, r) {
		this.type = 2, this._$AH = M, this._$AN = void 0, this._$AA = e, this._$AB = t, this._$AM = n, this.options = r, this._$Cv = r?.isConnected ?? !0;
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
		e = I(this, e, t), w(e) ? e === M || e == null || e === "" ? (this._$AH !== M && this._$AR(), this._$AH = M) : e !== this._$AH && e !== j && this._(e) : e._$litType$ === void 0 ? e.nodeType === void 0 ? ue(e) ? this.k(e) : this._(e) : this.T(e) : this.$(e);
	}
	O(e) {
		return this._$AA.parentNode.insertBefore(e, this._$AB);
	}
	T(e) {
		this._$AH !== e && (this._$AR(), this._$AH = this.O(e));
	}
	_(e) {
		this._$AH !== M && w(this._$AH) ? this._$AA.nextSibling.data = e : this.T(S.createTextNode(e)), this._$AH = e;
	}
	$(e) {
		let { values: t, _$litType$: n } = e, r = typeof n == "number" ? this._$AC(e) : (n.el === void 0 && (n.el = F.createElement(_e(n.h, n.h[0]), this.options)), n);
		if (this._$AH?._$AD === r) this._$AH.p(t);
		else {
			let e = new ye(r, this), n = e.u(this.options);
			e.p(t), this.T(n), this._$AH = e;
		}
	}
	_$AC(e) {
		let t = N.get(e.strings);
		return t === void 0 && N.set(e.strings, t = new F(e)), t;
	}
	k(t) {
		T(this._$AH) || (this._$AH = [], this._$AR());
		let n = this._$AH, r, i = 0;
		for (let a of t) i === n.length ? n.push(r = new e(this.O(C()), this.O(C()), this, this.options)) : r = n[i], r._$AI(a), i++;
		i < n.length && (this._$AR(r && r._$AB.nextSibling, i), n.length = i);
	}
	_$AR(e = this._$AA.nextSibling, t) {
		for (this._$AP?.(!1, !0, t); e !== this._$AB;) {
			let t = oe(e).nextSibling;
			oe(e).remove(), e = t;
		}
	}
	setConnected(e) {
		this._$AM === void 0 && (this._$Cv = e, this._$AP?.(e));
	}
}, R = class {
	get tagName() {
		return this.element.tagName;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	constructor(e, t, n, r, i) {
		this.type = 1, this._$AH = M, this._$AN = void 0, this.element = e, this.name = t, this._$AM = r, this.options = i, n.length > 2 || n[0] !== "" || n[1] !== "" ? (this._$AH = Array(n.length - 1).fill(/* @__PURE__ */ new String()), this.strings = n) : this._$AH = M;
	}
	_$AI(e, t = this, n, r) {
		let i = this.strings, a = !1;
		if (i === void 0) e = I(this, e, t, 0), a = !w(e) || e !== this._$AH && e !== j, a && (this._$AH = e);
		else {
			let r = e, o, s;
			for (e = i[0], o = 0; o < i.length - 1; o++) s = I(this, r[n + o], t, o), s === j && (s = this._$AH[o]), a ||= !w(s) || s !== this._$AH[o], s === M ? e = M : e !== M && (e += (s ?? "") + i[o + 1]), this._$AH[o] = s;
		}
		a && !r && this.j(e);
	}
	j(e) {
		e === M ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, e ?? "");
	}
}, be = class extends R {
	constructor() {
		super(...arguments), this.type = 3;
	}
	j(e) {
		this.element[this.name] = e === M ? void 0 : e;
	}
}, xe = class extends R {
	constructor() {
		super(...arguments), this.type = 4;
	}
	j(e) {
		this.element.toggleAttribute(this.name, !!e && e !== M);
	}
}, Se = class extends R {
	constructor(e, t, n, r, i) {
		super(e, t, n, r, i), this.type = 5;
	}
	_$AI(e, t = this) {
		if ((e = I(this, e, t, 0) ?? M) === j) return;
		let n = this._$AH, r = e === M && n !== M || e.capture !== n.capture || e.once !== n.once || e.passive !== n.passive, i = e !== M && (n === M || r);
		r && this.element.removeEventListener(this.name, this, n), i && this.element.addEventListener(this.name, this, e), this._$AH = e;
	}
	handleEvent(e) {
		typeof this._$AH == "function" ? this._$AH.call(this.options?.host ?? this.element, e) : this._$AH.handleEvent(e);
	}
}, Ce = class {
	constructor(e, t, n) {
		this.element = e, this.type = 6, this._$AN = void 0, this._$AM = t, this.options = n;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AI(e) {
		I(this, e);
	}
}, we = v.litHtmlPolyfillSupport;
we?.(F, L), (v.litHtmlVersions ??= []).push("3.3.3");
var Te = (e, t, n) => {
	let r = n?.renderBefore ?? t, i = r._$litPart$;
	if (i === void 0) {
		let e = n?.renderBefore ?? null;
		r._$litPart$ = i = new L(t.insertBefore(C(), e), e, void 0, n ?? {});
	}
	return i._$AI(e), i;
}, z = globalThis, B = class extends _ {
	constructor() {
		super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
	}
	createRenderRoot() {
		let e = super.createRenderRoot();
		return this.renderOptions.renderBefore ??= e.firstChild, e;
	}
	update(e) {
		let t = this.render();
		this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(e), this._$Do = Te(t, this.renderRoot, this.renderOptions);
	}
	connectedCallback() {
		super.connectedCallback(), this._$Do?.setConnected(!0);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this._$Do?.setConnected(!1);
	}
	render() {
		return j;
	}
};
B._$litElement$ = !0, B.finalized = !0, z.litElementHydrateSupport?.({ LitElement: B });
var Ee = z.litElementPolyfillSupport;
Ee?.({ LitElement: B }), (z.litElementVersions ??= []).push("4.2.2");
// node_modules/@lit/reactive-element/decorators/property.js
var De = {
	attribute: !0,
	type: String,
	converter: m,
	reflect: !1,
	hasChanged: h
}, Oe = (e = De, t, n) => {
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
function V(e) {
	return (t, n) => typeof n == "object" ? Oe(e, t, n) : ((e, t, n) => {
		let r = t.hasOwnProperty(n);
		return t.constructor.createProperty(n, e), r ? Object.getOwnPropertyDescriptor(t, n) : void 0;
	})(e, t, n);
}
// node_modules/@lit/reactive-element/decorators/state.js
function H(e) {
	return V({
		...e,
		state: !0,
		attribute: !1
	});
}
// src/demo.ts
function ke(e) {
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
var Ae = /* @__PURE__ */ new Set(["on_hold", "candidate"]), U = (e, t, n) => e.map((e) => e.call_id === t ? n(e) : e);
function je(e, t, n) {
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
				calls: U(e.calls, r.call_id, (e) => ({
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
				calls: U(e.calls, t.call_id, n)
			};
		}
		case "strip": {
			let n = (e) => ({
				...e,
				strip: [...e.strip.slice(0, t.from), ...t.rows]
			});
			return {
				...e,
				calls: U(e.calls, t.call_id, n)
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
function W(e, t) {
	let n = Ae.has(e.phase) && e.hold_started_at !== null ? t - e.hold_started_at : 0;
	return e.hold_s + Math.max(0, n);
}
function Me(e) {
	let t = e.filter((e) => e.phase !== "ended");
	return t.find((e) => e.is_human) ?? t[0] ?? e[0];
}
// src/listen.ts
var Ne = .08, Pe = .4, Fe = 16;
function Ie(e) {
	let t = Uint8Array.from(atob(e), (e) => e.charCodeAt(0)), n = new DataView(t.buffer);
	return Float32Array.from({ length: t.length >> 1 }, (e, t) => n.getInt16(t * 2, !0) / 32768);
}
var Le = class {
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
				this.play(Ie(e.pcm)), e.seq % Fe === 0 && this.ack(e.seq);
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
		if (this.next > t + Pe) return;
		this.next <= t && (this.next = t + Ne);
		let n = this.context.createBuffer(1, e.length, this.rate);
		n.copyToChannel(e, 0);
		let r = this.context.createBufferSource();
		r.buffer = n, r.connect(this.context.destination), r.start(this.next), this.next += e.length / this.rate;
	}
	close() {
		let { stop: e } = this;
		this.stop = void 0, e?.then((e) => e()).catch(() => void 0), this.context.state !== "closed" && this.context.close();
	}
}, Re = {
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
}, ze = {
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
}, Be = {
	en: ze,
	de: Re,
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
function G(e) {
	return Be[(e ?? "en").split(/[-_]/)[0]?.toLowerCase() ?? "en"] ?? ze;
}
function K(e, t) {
	let n = (e) => typeof e == "string" || typeof e == "number" ? String(e) : "";
	return e.replace(/\{(\w+)\}/g, (e, r) => n(t[r]));
}
function q(e) {
	let t = Math.max(0, Math.floor(e)), [n, r, i] = [
		Math.floor(t / 3600),
		Math.floor(t / 60) % 60,
		t % 60
	], a = (e) => String(e).padStart(2, "0");
	return n ? `${n}:${a(r)}:${a(i)}` : `${r}:${a(i)}`;
}
function J(e, t) {
	let n = Math.round(e / 60), r = new Intl.NumberFormat(t, {
		style: "unit",
		unit: "minute",
		unitDisplay: "short"
	}).format(Math.max(1, n));
	return n < 1 ? `< ${r}` : r;
}
function Ve(e, t) {
	return new Intl.DateTimeFormat(t, {
		hour: "numeric",
		minute: "2-digit"
	}).format(new Date(2e3, 0, 1, e));
}
function He(e, t) {
	return new Intl.DateTimeFormat(t, {
		weekday: "short",
		day: "numeric",
		month: "short",
		hour: "numeric",
		minute: "2-digit"
	}).format(/* @__PURE__ */ new Date(e * 1e3));
}
// src/parts.ts
var Ue = /* @__PURE__ */ new Set(["human_answered", "connected"]);
function We(e, t, n) {
	let r = e.transcript.filter((e) => e.text || n.note[e.kind]);
	return r.length ? A`<details ?open=${!t}>
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
		return A`<div class="by-${e.speaker} ${r ? "is-note" : ""} ${Ue.has(e.kind) ? "is-mark" : ""}">
          <time>${q(e.at_s)}</time>
          <p>
            ${r && t ? K(t, e.data) : A`<span class="soft">${n.who[e.speaker]}:</span> ${e.text}`}
          </p>
        </div>`;
	})}
    </div>
  </details>` : M;
}
function Ge(e, t, n, r) {
	return e.length ? A`<h3>${t.recent}</h3>
    <ul class="recent">
      ${e.slice(0, 5).map((e) => {
		let i = e.outcome === "connected", a = [
			t.outcome[e.outcome ?? ""] ?? e.outcome,
			He(e.started_at, n),
			e.hold_s >= 1 ? `${q(e.hold_s)} ${t.on_hold_for}` : ""
		];
		return A`<li>
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
    </ul>` : A`<p class="soft">${t.nothing_yet}</p>`;
}
function Ke(e, t, n, r) {
	return A`<form
    class="question"
    autocomplete="off"
    @submit=${(e) => {
		e.preventDefault();
		let t = e.target.querySelector("input");
		t?.value && r(t.value);
	}}
  >
    <div role="alert">
      <b>${K(n.question, { fact: e.fact.replaceAll("_", " ") })}</b>
      ${e.text ? A`<p class="heard">${e.text}</p>` : M}
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
      <span class="soft">${K(n.seconds_left, { count: Math.max(0, Math.ceil(e.deadline - t)) })}</span>
    </div>
  </form>`;
}
// src/strip.ts
var qe = [
	"human",
	"candidate",
	"speech",
	"recording",
	"music",
	"tone",
	"silence"
], Y = 240;
function Je(e, t, n) {
	let r = Math.max(n - t, 1e-6), i = Array(Y).fill("");
	e.forEach(([a, o], s) => {
		let c = e[s + 1]?.[0] ?? n;
		if (!o || c <= t || a >= n) return;
		let l = Math.max(0, Math.floor((a - t) / r * Y)), u = Math.min(239, Math.ceil((c - t) / r * Y) - 1);
		for (let e = l; e <= u; e++) {
			let t = i[e] ?? "";
			(!t || Ye(o) < Ye(t)) && (i[e] = o);
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
var Ye = (e) => qe.indexOf(e);
function Xe(e, t) {
	let n = /* @__PURE__ */ new Map();
	return e.forEach(([r, i], a) => {
		if (!i) return;
		let o = e[a + 1]?.[0] ?? t;
		n.set(i, (n.get(i) ?? 0) + Math.max(0, o - r));
	}), n;
}
function Ze(e, t, n, r) {
	let i = Xe(e, n), a = qe.filter((e) => (i.get(e) ?? 0) > 0), o = a.map((e) => `${r.heard[e]} ${q(i.get(e) ?? 0)}`).join(", ");
	return A`<div class="strip" role="img" aria-label="${r.strip}: ${o || "–"}">
      <svg viewBox="0 0 ${Y} 10" preserveAspectRatio="none" aria-hidden="true">
        ${Je(e, t, n).map((e) => ge`<rect class="h-${e.heard}" x=${e.from} y="0" width=${e.to - e.from} height="10"></rect>`)}
      </svg>
    </div>
    <div class="legend" aria-hidden="true">
      ${a.map((e) => A`<span><i class="h-${e}"></i>${r.heard[e]}</span>`)}
    </div>`;
}
// src/styles.ts
var Qe = o`
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
function X(e, t, n, r) {
	var i = arguments.length, a = i < 3 ? t : r === null ? r = Object.getOwnPropertyDescriptor(t, n) : r, o;
	if (typeof Reflect == "object" && typeof Reflect.decorate == "function") a = Reflect.decorate(e, t, n, r);
	else for (var s = e.length - 1; s >= 0; s--) (o = e[s]) && (a = (i < 3 ? o(a) : i > 3 ? o(t, n, a) : o(t, n)) || a);
	return i > 3 && a && Object.defineProperty(t, n, a), a;
}
// src/card.ts
var Z = "hold-slayer-card", $e = 300, et = [
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
], tt = {
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
}, Q = class extends B {
	constructor(...e) {
		super(...e), this.preview = !1, this.error = "", this.isLost = !1, this.isAsking = !1, this.hasKeypad = !1, this.isLatest = !1, this.dismissed = "", this.tick = 0, this.announced = "", this.onLost = () => {
			this.silence(), this.isLost = !0;
		}, this.onFound = () => {
			this.isLost = !1;
		};
	}
	static {
		this.styles = Qe;
	}
	static getConfigForm() {
		let e = G(document.documentElement.lang);
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
			assertConfig: nt
		};
	}
	static getStubConfig() {
		return {};
	}
	setConfig(e) {
		nt(e), this.config = e;
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
		return G(this.language);
	}
	get now() {
		return Date.now() / 1e3 + (this.shown?.skew ?? 0);
	}
	get shown() {
		if (this.preview) return ke(Date.now() / 1e3);
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
			this.isLost = !1, this.data = je(this.data, e, Date.now() / 1e3);
		}, { type: "hold_slayer/subscribe" }), this.unsubscribe.catch((e) => {
			this.error = $(e);
		}));
	}
	disconnect() {
		let { unsubscribe: e } = this;
		this.unsubscribe = void 0, this._hass?.connection.removeEventListener("disconnected", this.onLost), this._hass?.connection.removeEventListener("ready", this.onFound), e?.then((e) => e()).catch(() => void 0);
	}
	listen(e) {
		!this.preview && this._hass && (this.error = "", this.level = 0, this.listener = new Le(this._hass, e.call_id, (e) => {
			this.level = e;
		}, (e) => {
			this.silence(), e !== void 0 && (this.error = K(this.texts.failed, { error: $(e) }));
		}));
	}
	silence() {
		this.listener?.close(), this.listener = void 0, this.level = void 0;
	}
	willUpdate(e) {
		e.has("preview") && this.preview && this.disconnect();
		let t = this.call;
		t?.is_human && this.announced !== t.call_id && (this.announced = t.call_id, this.config?.sound && !this.preview && rt());
	}
	updated() {
		let e = this.renderRoot.querySelector(".log.live");
		e && e.scrollHeight - e.scrollTop - e.clientHeight < 80 && (e.scrollTop = e.scrollHeight);
	}
	get call() {
		let e = this.shown, t = e && Me(e.calls);
		return t?.phase === "ended" && t.call_id === this.dismissed ? void 0 : t;
	}
	accountOf(e) {
		return this.shown?.accounts.find((t) => t.entry_id === e.entry_id);
	}
	async act(e, t) {
		if (this.error = "", !this.preview) try {
			await this._hass?.callService("hold_slayer", e, t);
		} catch (e) {
			this.error = typeof e == "number" ? this.texts.lost : K(this.texts.failed, { error: $(e) });
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
			this.error = K(this.texts.failed, { error: $(e) });
		}
	}
	render() {
		if (!this.config) return M;
		let e = this.past ?? this.call;
		return A`<ha-card class=${!this.past && (e?.is_human ?? !1) && e?.phase !== "connected" ? "human" : ""}>
      <div class="frame"><div class="body">${this.problems()} ${this.content(e)}</div></div>
    </ha-card>`;
	}
	content(e) {
		return this.shown ? e ? e.phase === "ended" ? this.ended(e) : this.inCall(e) : this.idle(this.shown) : A`<p class="soft">${this.texts.loading}</p>`;
	}
	problems() {
		let { texts: e } = this, t = [];
		this.error && t.push(this.error), this.isLost && t.push(e.lost);
		for (let n of this.shown?.accounts ?? []) n.state === "loaded" ? n.registration === "failed" ? t.push(K(e.not_registered, { title: n.title })) : n.has_stt === !1 && this.call === void 0 && t.push(e.no_stt) : t.push(K(e.not_loaded, n));
		return t.map((e) => A`<div class="note" role="status"><ha-icon icon="mdi:alert"></ha-icon>${e}</div>`);
	}
	idle(e) {
		let { texts: t } = this, n = e.accounts.filter((e) => e.state === "loaded"), r = n.filter((e) => e.can_control);
		if (!e.accounts.length) return A`<h2>${this.heading}</h2><p class="soft">${t.no_account}</p>`;
		let i = r[0];
		return A`<h2>${this.heading}</h2>
      ${n.length && !i ? A`<p class="soft">${t.no_right}</p>` : M}
      ${this.config?.hide_contacts ? M : A`<div class="tiles">
            ${n.flatMap((e) => (e.contacts ?? []).map((t) => this.tile(e, t)))}
          </div>`}
      ${this.config?.hide_form || !i ? M : this.form(i)}
      ${this.config?.hide_recent ? M : Ge(e.recent, t, this.language, (e) => void this.open(e))}`;
	}
	get heading() {
		return this.config?.title ?? this.texts.title;
	}
	tile(e, t) {
		let { texts: n, language: r } = this, i = [t.goal];
		t.usual_wait_s !== null && (i.unshift(K(n.usually, { time: J(t.usual_wait_s, r) })), t.best_hour !== null && i.splice(1, 0, K(n.best_at, { hour: Ve(t.best_hour, r) })));
		let a = i.filter(Boolean).join(" · "), o = t.goal ? {} : { goal: n.general_goal };
		return A`<button
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
		return A`<form
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
		let { texts: t } = this, n = this.accountOf(e), r = e.is_human && e.phase !== "connected", i = W(e, this.now);
		return A`${r ? this.banner(e) : this.headline(e, i)} ${this.audioStrip(e)}
      ${!r && e.last_heard ? A`<p class="heard">${e.last_heard}</p>` : M}
      ${n?.can_control && e.question ? Ke(e.question, this.now, t, (t) => {
			let n = e.question?.question_id;
			this.actOn(e, "answer_question", {
				question_id: n,
				...t ? { answer: t } : { decline: !0 }
			});
		}) : M}
      ${n?.can_control ? this.controls(e, n, r) : A`<p class="soft">${t.no_right}</p>`}
      ${this.config?.hide_transcript ? M : We(e, !0, t)}`;
	}
	banner(e) {
		let { texts: t } = this;
		return A`<div class="banner" role="alert">
      <ha-icon icon="mdi:account-voice"></ha-icon>
      <h2>${e.phase === "transferring" && e.target ? K(t.pick_up, { target: e.target }) : t.phase.human}</h2>
      <p>${e.company || e.number} · ${q(W(e, this.now))} ${t.on_hold_for}</p>
    </div>`;
	}
	headline(e, t) {
		let { texts: n } = this, r = t > 0 && e.phase !== "connected", i = r ? t : this.now - (e.phase === "connected" ? e.phase_since : e.started_at);
		return A`<div class="head">
      <ha-icon icon=${tt[e.phase] ?? "mdi:phone"}></ha-icon>
      <div>
        <h2 aria-live="polite">${n.phase[e.phase] ?? e.phase}</h2>
        <p class="soft">${e.company || e.number} · ${e.goal}</p>
      </div>
      <div class="time" role="timer">
        ${q(i)}<small>${r ? n.on_hold_for : this.usual(e)}</small>
      </div>
    </div>`;
	}
	usual(e) {
		let t = this.contactOf(e)?.usual_wait_s;
		return t ? K(this.texts.usually, { time: J(t, this.language) }) : "";
	}
	contactOf(e) {
		return this.accountOf(e)?.contacts?.find((t) => t.name === e.company);
	}
	audioStrip(e) {
		if (!e.strip.length) return M;
		let { texts: t } = this, n = e.strip.at(-1)?.[0] ?? 0, r = e.phase !== "ended" && e.answered_at !== null, i = Math.max(n, r ? this.now - (e.answered_at ?? this.now) : n), a = this.isLatest ? Math.max(0, i - $e) : 0;
		return A`<div>
      ${Ze(r ? e.strip.filter(([, e]) => e) : e.strip, a, i, t)}
      ${i > $e ? A`<button class="link" @click=${() => this.isLatest = !this.isLatest}>
            ${this.isLatest ? t.whole : t.latest}
          </button>` : M}
    </div>`;
	}
	controls(e, t, n) {
		let { texts: r } = this, i = t.targets ?? [], a = e.answered_at !== null && e.phase !== "connected" && e.phase !== "transferring";
		return this.isAsking ? A`<div class="row" role="alertdialog" aria-label=${r.really}>
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
      </div>` : A`${a && i.length ? A`<div class="row">
            <button
              class=${n ? "main" : ""}
              @click=${() => {
			this.actOn(e, "transfer");
		}}
            >
              <ha-icon icon="mdi:phone-incoming"></ha-icon>${r.connect}
            </button>
            ${i.length > 1 ? A`<select
                  aria-label=${r.connect_to}
                  @change=${(t) => {
			let n = t.target;
			this.actOn(e, "transfer", { target: n.value }), n.value = "";
		}}
                >
                  <option value="">${r.connect_to}</option>
                  ${i.map((e) => A`<option value=${e}>${e}</option>`)}
                </select>` : M}
          </div>` : M}
      ${e.phase === "transferring" && !n ? A`<p>${K(r.ringing_at, { target: e.target })}</p>` : M}
      ${e.phase === "connected" ? A`<div class="row">
            <button
              @click=${() => {
			this.actOn(e, "resume_waiting");
		}}
            >
              <ha-icon icon="mdi:phone-paused"></ha-icon>${r.wait_again}
            </button>
          </div>` : M}
      <div class="row">
        ${e.answered_at === null ? M : A`<button aria-expanded=${this.hasKeypad} @click=${() => this.hasKeypad = !this.hasKeypad}>
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
            ${this.level === void 0 ? M : A`<meter min="0" max="0.5" .value=${this.level} aria-label=${r.level}></meter>`}`}
        <span class="grow"></span>
        <button class="danger" @click=${() => this.isAsking = !0}>
          <ha-icon icon="mdi:phone-hangup"></ha-icon>${r.hang_up}
        </button>
      </div>
      ${this.hasKeypad && e.answered_at !== null ? this.keypad(e) : M}`;
	}
	keypad(e) {
		return A`<div class="keys" role="group" aria-label=${this.texts.keypad}>
      ${et.map((t) => A`<button
          aria-label=${K(this.texts.key, { key: t })}
          @click=${() => {
			this.actOn(e, "send_dtmf", { digits: t });
		}}
        >
          ${t}
        </button>`)}
    </div>`;
	}
	ended(e) {
		let { texts: t, language: n } = this, r = this.accountOf(e), i = this.contactOf(e)?.usual_wait_s, a = i == null ? 0 : e.hold_s - i, o = J(Math.abs(a), n);
		return A`<div class="head">
        <ha-icon icon=${e.outcome === "connected" ? "mdi:phone-check" : "mdi:phone-remove-outline"}></ha-icon>
        <div>
          <h2>${t.outcome[e.outcome ?? ""] ?? t.phase.ended}</h2>
          <p class="soft">${e.company || e.number} · ${He(e.started_at, n)}</p>
        </div>
        <div class="time">${q(e.hold_s)}<small>${t.on_hold_for}</small></div>
      </div>
      ${e.sentence ? A`<p>${e.sentence}</p>` : M}
      ${Math.abs(a) >= 60 && e.hold_s >= 1 ? A`<p class="soft">${K(a > 0 ? t.longer : t.shorter, { time: o })}</p>` : M}
      ${this.audioStrip(e)}
      <div class="row">
        ${r?.can_control ? A`<button
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
            </button>` : M}
        <button
          @click=${() => {
			this.past ? this.past = void 0 : this.dismissed = e.call_id;
		}}
        >
          ${this.past ? t.back : t.dismiss}
        </button>
      </div>
      ${this.config?.hide_transcript ? M : We(e, !1, t)}`;
	}
};
X([V({ type: Boolean })], Q.prototype, "preview", void 0), X([H()], Q.prototype, "config", void 0), X([H()], Q.prototype, "data", void 0), X([H()], Q.prototype, "error", void 0), X([H()], Q.prototype, "isLost", void 0), X([H()], Q.prototype, "isAsking", void 0), X([H()], Q.prototype, "hasKeypad", void 0), X([H()], Q.prototype, "isLatest", void 0), X([H()], Q.prototype, "past", void 0), X([H()], Q.prototype, "dismissed", void 0), X([H()], Q.prototype, "tick", void 0), X([H()], Q.prototype, "level", void 0), X([V({ attribute: !1 })], Q.prototype, "hass", null);
function nt(e) {
	for (let t of ["title", "account"]) if (e[t] !== void 0 && typeof e[t] != "string") throw Error(`${t} has to be text`);
}
function $(e) {
	return typeof e == "object" && e && "message" in e ? String(e.message) : String(e);
}
function rt() {
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
	let e = Be[navigator.language.split("-")[0] ?? "en"] ?? G("en");
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
