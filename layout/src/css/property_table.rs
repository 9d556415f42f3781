//! What is made of the rows of the property table: [`super::properties`].

use crate::style::computed::ComputedStyle;

/// Where a longhand lives in a computed style, where that is more than one field.
pub trait Place {
    /// The computed value.
    type Value;
    /// Puts a value in.
    fn set(style: &mut ComputedStyle, value: Self::Value);
    /// Takes the value of another style.
    fn copy(to: &mut ComputedStyle, from: &ComputedStyle);
    /// True if the two styles differ here. A list's first longhand answers for the whole list.
    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool;
    /// Prints the value as CSS text.
    fn text(style: &ComputedStyle, out: &mut String);
    /// Puts in the value between those of two styles ([`Mix`]), not below `least` where it goes beyond them; false where
    /// there is none.
    fn mix(_out: &mut ComputedStyle, _from: &ComputedStyle, _to: &ComputedStyle, _t: f32, _least: f32) -> bool {
        false
    }
}

macro_rules! place {
    (set ($($field:tt)+) $style:expr, $value:expr) => { $style.$($field)+ = $value };
    (set [$($field:tt)+] $style:expr, $value:expr) => { $style.$($field)+ = $value };
    (set {$place:ty} $style:expr, $value:expr) => { <$place as Place>::set($style, $value) };
    (copy ($($field:tt)+) $to:expr, $from:expr) => { $to.$($field)+ = $from.$($field)+.clone() };
    (copy [$($field:tt)+] $to:expr, $from:expr) => { $to.$($field)+ = $from.$($field)+ };
    (copy {$place:ty} $to:expr, $from:expr) => { <$place as Place>::copy($to, $from) };
    (differs ($($field:tt)+) $a:expr, $b:expr) => { $a.$($field)+ != $b.$($field)+ };
    (differs [$($field:tt)+] $a:expr, $b:expr) => { $a.$($field)+ != $b.$($field)+ };
    (differs {$place:ty} $a:expr, $b:expr) => { <$place as Place>::differs($a, $b) };
    (text ($($field:tt)+) $style:expr, $out:expr) => { $style.$($field)+.write($out) };
    (text [$($field:tt)+] $style:expr, $out:expr) => { super::text_form::px($style.$($field)+, $out) };
    (text {$place:ty} $style:expr, $out:expr) => { <$place as Place>::text($style, $out) };
}

/// Puts a value between those of two styles into a third; `false` for a row that is not animated by value.
macro_rules! mixed {
    (by_value ($($field:tt)+) $out:ident $from:ident $to:ident $t:ident $least:expr) => {
        match Mix::mix(&$from.$($field)+, &$to.$($field)+, $t) {
            Some(value) => {
                $out.$($field)+ = Mix::at_least(value, $least);
                true
            }
            None => false,
        }
    };
    (by_value [$($field:tt)+] $out:ident $from:ident $to:ident $t:ident $least:expr) => {
        mixed!(by_value ($($field)+) $out $from $to $t $least)
    };
    (by_value {$place:ty} $out:ident $from:ident $to:ident $t:ident $least:expr) => {
        <$place as Place>::mix($out, $from, $to, $t, $least)
    };
    ($other:ident $place:tt $out:ident $from:ident $to:ident $t:ident $least:expr) => {
        false
    };
}

macro_rules! inherited {
    (inherited) => {
        true
    };
    ($other:ident) => {
        false
    };
}

/// Sets the colour of a row that begins as `currentcolor`; of others nothing.
macro_rules! current {
    (current $place:tt $style:ident $color:ident) => {{
        place!(set $place $style, $color);
        true
    }};
    ($other:ident $place:tt $style:ident $color:ident) => {
        false
    };
}

/// How a property changes in transitions and animations (CSS Transitions 2, Web Animations 1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnimationKind {
    /// Not at all.
    No,
    /// From one value to the other half way.
    Discrete,
    /// Through the values between two computed ones.
    ByValue,
}

macro_rules! animation {
    (no) => {
        AnimationKind::No
    };
    (discrete) => {
        AnimationKind::Discrete
    };
    (by_value) => {
        AnimationKind::ByValue
    };
}

macro_rules! grammar {
    ($out:ident $text:literal) => {
        $out.push_str($text)
    };
    ($out:ident {$keywords:ty}) => {
        $out.push_str(&<$keywords>::KEYWORDS.join(" | "))
    };
}

macro_rules! properties {
    ($($id:ident $name:literal [$($alias:literal),*] $inherit:ident $damage:ident $animation:ident ($($grammar:tt)+) $value:ty: $parse:expr => $place:tt;)*) => {
        /// A longhand property.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Deserialize, serde::Serialize)]
        #[repr(u8)]
        #[allow(missing_docs)] // the variants are the properties
        pub enum PropertyId { $($id),* }

        /// A specified value together with its property.
        #[derive(Clone, PartialEq, Debug, serde::Deserialize, serde::Serialize)]
        #[allow(missing_docs)] // the variants are the properties
        pub enum PropertyValue { $($id($value)),* }

        impl PropertyId {
            /// All longhands, in the order in which they are applied.
            pub const ALL: &[PropertyId] = &[$(PropertyId::$id),*];
            /// Number of longhands.
            pub const COUNT: usize = Self::ALL.len();

            /// The CSS name.
            pub fn name(self) -> &'static str {
                match self { $(PropertyId::$id => $name),* }
            }

            /// Other names that mean the same, prefixed twins among them.
            pub fn aliases(self) -> &'static [&'static str] {
                match self { $(PropertyId::$id => &[$($alias),*]),* }
            }

            /// Whether children take the value of their parent by default.
            pub fn is_inherited(self) -> bool {
                match self { $(PropertyId::$id => inherited!($inherit)),* }
            }

            /// What a change of the value makes necessary.
            pub fn damage(self) -> Dirty {
                match self { $(PropertyId::$id => Dirty::$damage),* }
            }

            /// How it changes in transitions and animations.
            pub fn animation(self) -> AnimationKind {
                match self { $(PropertyId::$id => animation!($animation)),* }
            }

            /// What the property takes, in CSS value definition syntax.
            pub fn grammar(self) -> String {
                let mut out = String::new();
                match self { $(PropertyId::$id => { $(grammar!(out $grammar);)+ }),* }
                out
            }

            /// Sets all colours whose initial value is `currentcolor`.
            pub fn set_all_to_current(style: &mut ComputedStyle, color: Color) {
                $(current!($inherit $place style color);)*
            }

            /// Sets the colour of a property whose initial value is `currentcolor`; false for any other.
            pub fn set_to_current(self, style: &mut ComputedStyle, color: Color) -> bool {
                match self { $(PropertyId::$id => current!($inherit $place style color)),* }
            }

            /// Parses a value; what follows it is left.
            ///
            /// # Errors
            /// A value that the property does not take.
            pub fn parse(self, input: &mut Parser, context: &ParseContext) -> PResult<PropertyValue> {
                match self {
                    $(PropertyId::$id => {
                        let parse: fn(&mut Parser, &ParseContext) -> PResult<$value> = $parse;
                        parse(input, context).map(PropertyValue::$id)
                    })*
                }
            }

            /// Copies the property's computed value from another style: `inherit`, or from the initial style
            /// `initial`.
            pub fn copy(self, to: &mut ComputedStyle, from: &ComputedStyle) {
                match self { $(PropertyId::$id => place!(copy $place to, from)),* }
            }

            /// Puts the value at `t` between those of two styles (0 and 1; easing may go beyond) into a third; false where
            /// there is nothing between the two.
            pub fn mix(self, out: &mut ComputedStyle, from: &ComputedStyle, to: &ComputedStyle, t: f32) -> bool {
                // Between two sound values there are only sound ones.
                let least = match t {
                    0.0..=1.0 => f32::NEG_INFINITY,
                    _ => $crate::css::sound::least(self),
                };
                match self { $(PropertyId::$id => mixed!($animation $place out from to t least)),* }
            }

            /// True if the two styles differ in this property.
            pub fn differs(self, a: &ComputedStyle, b: &ComputedStyle) -> bool {
                match self { $(PropertyId::$id => place!(differs $place a, b)),* }
            }

            /// Prints the computed value as CSS text.
            pub fn write(self, style: &ComputedStyle, out: &mut String) {
                match self { $(PropertyId::$id => place!(text $place style, out)),* }
            }
        }

        impl PropertyValue {
            /// The property.
            pub fn id(&self) -> PropertyId {
                match self { $(PropertyValue::$id(_) => PropertyId::$id),* }
            }

            /// True if what was read back from bytes of unknown origin is a value that a source can have.
            pub(crate) fn is_sound(&self) -> bool {
                let least = $crate::css::sound::least(self.id());
                let of_type = match self {
                    $(PropertyValue::$id(value) => $crate::css::sound::Sound::is_sound(value, least)),*
                };
                of_type && $crate::css::sound::fits_property(self)
            }

            /// Computes the value and puts it into `style`.
            pub fn apply(&self, style: &mut ComputedStyle, context: &ComputeContext) {
                match self {
                    $(PropertyValue::$id(value) => {
                        let value = Compute::compute(value, context);
                        place!(set $place style, value);
                    })*
                }
            }
        }

        /// What the differences between two styles make necessary, by the table alone.
        pub fn table_damage(a: &ComputedStyle, b: &ComputedStyle) -> Dirty {
            let mut damage = Dirty::NONE;
            $(if !damage.contains(Dirty::$damage) && place!(differs $place a, b) {
                damage.insert(Dirty::$damage);
            })*
            damage
        }

        /// The same, as if some properties were alike.
        pub fn table_damage_but(a: &ComputedStyle, b: &ComputedStyle, but: impl Fn(PropertyId) -> bool) -> Dirty {
            let mut damage = Dirty::NONE;
            $(if !damage.contains(Dirty::$damage) && !but(PropertyId::$id) && place!(differs $place a, b) {
                damage.insert(Dirty::$damage);
            })*
            damage
        }

        /// Copies all inherited properties.
        pub fn inherit_all(to: &mut ComputedStyle, from: &ComputedStyle) {
            $(if inherited!($inherit) {
                place!(copy $place to, from);
            })*
            to.custom = from.custom.clone();
        }

        /// True if the styles differ in something that children inherit.
        pub fn inherited_differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
            inherited_differs_but(a, b, |_| false)
        }

        /// The same, as if some properties were alike.
        pub fn inherited_differs_but(a: &ComputedStyle, b: &ComputedStyle, but: impl Fn(PropertyId) -> bool) -> bool {
            $((inherited!($inherit) && !but(PropertyId::$id) && place!(differs $place a, b)) ||)*
            !(Arc::ptr_eq(&a.custom, &b.custom) || a.custom == b.custom)
        }
    };
}
pub(super) use {animation, current, grammar, inherited, mixed, place, properties};
