//! Which key speaks for which device (SPEC 5): what the authorities said, applied in order.

use crate::error::Refusal;
use crate::frame::Header;
use crate::id::{DeviceId, IdMap};
use crate::key::PublicKey;
use crate::message::{Enrolment, Message, Revocation, Role, Rotation};
use crate::time::Timestamp;

/// The most keys that speak for one device at a time; one more is [`Refusal::KeyTaken`] until the authority revokes one.
pub(crate) const MAX_KEYS: usize = 4;

/// The keys of everybody who may speak. Each device has a slot, numbered from 0 in the order of their coming, for tables beside this one.
#[derive(Debug)]
pub(crate) struct Keyring {
    slots: IdMap<DeviceId, usize>,
    holders: Vec<Holder>,
    most: usize,
    enrolled: usize,
}

#[derive(Debug)]
struct Holder {
    device: DeviceId,
    role: Role,
    /// In the configuration: nothing that a frame says changes it.
    configured: bool,
    keys: Vec<Key>,
    /// Numbers and octets that were revoked, at most one for each of the 256 numbers; none of them comes back.
    revoked: Vec<(u8, [u8; 32])>,
}

#[derive(Clone, Copy, Debug)]
struct Key {
    number: u8,
    key: PublicKey,
    from: Timestamp,
    to: Option<Timestamp>,
}

/// Who is speaking, if the signature is right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speaker {
    /// The device's slot.
    pub(crate) slot: usize,
    /// What the device is.
    pub(crate) role: Role,
    key: Key,
}

impl Speaker {
    /// The key that must verify the frame.
    pub(crate) const fn key(&self) -> &PublicKey {
        &self.key.key
    }

    /// Whether the key may sign at `now`. A claim of the authority that labels a frame, never refuses it.
    pub(crate) fn in_time(&self, now: Timestamp) -> bool {
        self.key.from <= now && self.key.to.is_none_or(|to| now <= to)
    }
}

impl Keyring {
    /// An empty keyring for at most `most` enrolled devices; those of the configuration come on top.
    pub(crate) fn new(most: usize) -> Self {
        Self { slots: IdMap::default(), holders: Vec::new(), most, enrolled: 0 }
    }

    /// Adds a key of the configuration: an authority's, or the station's own.
    pub(crate) fn configure(&mut self, device: DeviceId, role: Role, number: u8, key: PublicKey) {
        let slot = self.introduce(device, role);
        if let Some(holder) = self.holders.get_mut(slot) {
            holder.configured = true;
            holder.keys.push(Key { number, key, from: Timestamp::default(), to: None });
        }
    }

    /// The slot of a device; a new one, without any key, if it is not known.
    pub(crate) fn introduce(&mut self, device: DeviceId, role: Role) -> usize {
        let Self { slots, holders, .. } = self;
        *slots.entry(device).or_insert_with(|| {
            holders.push(Holder { device, role, configured: false, keys: Vec::new(), revoked: Vec::new() });
            holders.len() - 1
        })
    }

    /// Who speaks, by the header's claim.
    ///
    /// # Errors
    /// [`Refusal::UnknownDevice`], [`Refusal::UnknownKey`], [`Refusal::Revoked`].
    pub(crate) fn speaker(&self, header: &Header) -> Result<Speaker, Refusal> {
        let (slot, holder) = self.holder(header.sender).ok_or(Refusal::UnknownDevice)?;
        match holder.keys.iter().find(|key| key.number == header.key) {
            Some(&key) => Ok(Speaker { slot, role: holder.role, key }),
            None if holder.is_revoked(header.key) => Err(Refusal::Revoked),
            None if holder.keys.is_empty() && holder.revoked.is_empty() => Err(Refusal::UnknownDevice),
            None => Err(Refusal::UnknownKey),
        }
    }

    /// Does what an authentic message of an authority says; any other message changes nothing. Returns the slot that changed.
    ///
    /// # Errors
    /// [`Refusal::WrongRole`] for a device of the configuration, a role that cannot be enrolled or another role than the device has;
    /// [`Refusal::WeakKey`], [`Refusal::KeyTaken`], [`Refusal::UnknownDevice`], [`Refusal::UnknownKey`], [`Refusal::Revoked`],
    /// [`Refusal::NoRoom`]. Nothing has changed then.
    pub(crate) fn apply(&mut self, message: &Message) -> Result<Option<usize>, Refusal> {
        match message {
            Message::Enrolment(enrolment) => self.enrol(enrolment).map(Some),
            Message::Rotation(rotation) => self.rotate(rotation).map(Some),
            Message::Revocation(revocation) => self.revoke(revocation).map(Some),
            _ => Ok(None),
        }
    }

    /// The device of a slot.
    pub(crate) fn device(&self, slot: usize) -> Option<DeviceId> {
        self.holders.get(slot).map(|holder| holder.device)
    }

    /// The slot of a device for which a key speaks.
    pub(crate) fn slot(&self, device: DeviceId) -> Option<usize> {
        self.holder(device).filter(|(_, holder)| !holder.keys.is_empty()).map(|(slot, _)| slot)
    }

    /// The role of a slot for which a key speaks.
    pub(crate) fn role(&self, slot: usize) -> Option<Role> {
        self.holders.get(slot).filter(|holder| !holder.keys.is_empty()).map(|holder| holder.role)
    }

    /// How many devices are enrolled: those for which a key speaks or once spoke.
    pub(crate) const fn enrolled(&self) -> usize {
        self.enrolled
    }

    fn holder(&self, device: DeviceId) -> Option<(usize, &Holder)> {
        let slot = *self.slots.get(&device)?;
        self.holders.get(slot).map(|holder| (slot, holder))
    }

    fn enrol(&mut self, enrolment: &Enrolment) -> Result<usize, Refusal> {
        let Enrolment { device, role, number, ref key, from, to } = *enrolment;
        if !matches!(role, Role::Panel | Role::Station | Role::Desk) {
            return Err(Refusal::WrongRole);
        }
        let key = Key { number, key: PublicKey::new(key)?, from, to };
        let known = self.holder(device).map(|(_, holder)| holder);
        let new = known.is_none_or(Holder::is_new);
        if let Some(holder) = known {
            holder.may_change()?;
            if !new && holder.role != role {
                return Err(Refusal::WrongRole);
            }
            holder.takes(&key)?;
        }
        if new && self.enrolled >= self.most {
            return Err(Refusal::NoRoom);
        }
        let slot = self.introduce(device, role);
        self.enrolled += usize::from(new);
        if let Some(holder) = self.holders.get_mut(slot) {
            holder.role = role;
            holder.take(key);
        }
        Ok(slot)
    }

    fn rotate(&mut self, rotation: &Rotation) -> Result<usize, Refusal> {
        let Rotation { device, old, old_until, number, ref key, from } = *rotation;
        let (slot, holder) = self.changeable(device)?;
        holder.speaks(old)?;
        let key = Key { number, key: PublicKey::new(key)?, from, to: None };
        holder.takes(&key)?;
        if number == old {
            return Err(Refusal::KeyTaken);
        }
        if let Some(ends) = holder.keys.iter_mut().find(|key| key.number == old) {
            ends.to = Some(old_until);
        }
        holder.take(key);
        Ok(slot)
    }

    fn revoke(&mut self, revocation: &Revocation) -> Result<usize, Refusal> {
        let (slot, holder) = self.changeable(revocation.device)?;
        if let Some(number) = revocation.number.filter(|&number| !holder.is_revoked(number)) {
            holder.speaks(number)?;
        }
        let Holder { keys, revoked, .. } = holder;
        keys.retain(|key| {
            let ends = revocation.number.is_none_or(|number| number == key.number);
            if ends {
                revoked.push((key.number, key.key.to_bytes()));
            }
            !ends
        });
        Ok(slot)
    }

    fn changeable(&mut self, device: DeviceId) -> Result<(usize, &mut Holder), Refusal> {
        let slot = *self.slots.get(&device).ok_or(Refusal::UnknownDevice)?;
        let holder = self.holders.get_mut(slot).filter(|holder| !holder.is_new()).ok_or(Refusal::UnknownDevice)?;
        holder.may_change()?;
        Ok((slot, holder))
    }
}

impl Holder {
    /// Known only by what it said: its enrolment has not come yet.
    fn is_new(&self) -> bool {
        self.keys.is_empty() && self.revoked.is_empty()
    }

    fn may_change(&self) -> Result<(), Refusal> {
        if self.configured { Err(Refusal::WrongRole) } else { Ok(()) }
    }

    fn is_revoked(&self, number: u8) -> bool {
        self.revoked.iter().any(|(revoked, _)| *revoked == number)
    }

    fn speaks(&self, number: u8) -> Result<(), Refusal> {
        match self.keys.iter().any(|key| key.number == number) {
            true => Ok(()),
            false if self.is_revoked(number) => Err(Refusal::Revoked),
            false => Err(Refusal::UnknownKey),
        }
    }

    /// Whether a key may be added: number and octets new and room for it, or both as they are.
    fn takes(&self, new: &Key) -> Result<(), Refusal> {
        let octets = new.key.to_bytes();
        let revoked = self.revoked.iter().any(|(number, key)| *number == new.number || *key == octets);
        let same = |key: &Key| (key.number == new.number, key.key == new.key);
        let taken = self.keys.iter().map(same).any(|(number, key)| number != key);
        let held = self.keys.iter().map(same).any(|same| same == (true, true));
        if revoked || taken || !held && self.keys.len() >= MAX_KEYS { Err(Refusal::KeyTaken) } else { Ok(()) }
    }

    /// Adds a key, or gives the one that is there its new times.
    fn take(&mut self, new: Key) {
        match self.keys.iter_mut().find(|key| key.number == new.number) {
            Some(key) => *key = new,
            None => self.keys.push(new),
        }
    }
}
